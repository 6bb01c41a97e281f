#!/bin/sh
# Finds a Python that is new enough and does one step of the set-up with scripts/environment.py. It is sh because it has to
# run, and say what to do, where there is no Python or an old one.
#   setup.sh venv|run|dev    make .venv, install what the server needs, install what the tests need
#   setup.sh stale           remove .venv if the Python or the folder it was made with is gone
#   setup.sh python          print the Python that is used; $PYTHON names another one
set -eu
cd "$(dirname "$0")/.."

NEWER='install a newer one (Debian, Ubuntu: apt-get install python3 python3-venv; Fedora: dnf install python3; macOS: brew install python3), or name one with PYTHON=/path/to/python3, then run make again.'

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if is_new_enough "$python"; then
      command -v "$python"
      return
    fi
  done
  ! uv python find '>=3.11' 2>/dev/null || return 0
  found=$("${PYTHON:-python3}" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || found=
  if [ -n "$found" ]; then
    echo "Paddock needs Python 3.11 or newer, and ${PYTHON:-python3} here is $found: $NEWER" >&2
  else
    echo "Paddock needs Python 3.11 or newer, and there is no ${PYTHON:-python3} here: $NEWER" >&2
  fi
  return 1
}

case ${1:-} in
  stale)
    [ -e .venv/.made ] || exit 0
    if .venv/bin/python -c '' 2>/dev/null && { [ ! -s .venv/.made ] || [ "$(cat .venv/.made)" = "$PWD" ]; }; then exit 0; fi
    rm -f .venv/.made .venv/.run .venv/.dev 2>/dev/null || true
    ;;
  python) find_python ;;
  *)
    python=$(find_python)
    # -B: on a full disk Python leaves half a compiled file, on which the next run would end.
    exec "$python" -B scripts/environment.py "$@"
    ;;
esac
