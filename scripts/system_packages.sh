#!/usr/bin/env bash
# Installs the system packages that the tests need and `make run` does not: a browser, two balancers, fonts.
# Through apt-get as root, or through a sudo that asks for no password. Where it can do neither, it ends at once with the
# command to run and the variables that name programs installed elsewhere.
set -euo pipefail

export PATH="$PATH:/usr/sbin:/usr/local/sbin" # balancers are often where only root's PATH leads

packages=()
if command -v "${PYTHON:-python3}" >/dev/null 2>&1; then
  python=$(sh scripts/setup.sh python) # too old: says so, before anything is installed
  command -v uv >/dev/null 2>&1 || "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || packages+=(python3-venv)
else
  packages+=(python3 python3-venv)
fi
has() { # has VARIABLE PROGRAM: the program is named by the variable, or on the PATH
  [ -x "${!1:-}" ] || command -v "$2" >/dev/null 2>&1
}
has PADDOCK_CHROMIUM chromium || packages+=(chromium)
has PADDOCK_NGINX nginx || packages+=(nginx)
has PADDOCK_HAPROXY haproxy || packages+=(haproxy)
if command -v dpkg-query >/dev/null 2>&1; then
  # Without the fonts, Korean text and emoji are boxes of other widths. Playwright's own Node.js needs libatomic.
  for package in fonts-nanum fonts-noto-color-emoji libatomic1; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || packages+=("$package")
  done
fi
[ "${#packages[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" -eq 0 ] || sudo -n true >/dev/null 2>&1; }; then
  echo "system: installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  if "${as_root[@]}" apt-get -qq update >"$log" 2>&1 &&
    "${as_root[@]}" apt-get -qq install --yes --no-install-recommends "${packages[@]}" >>"$log" 2>&1; then
    exit 0
  fi
  tail -n 5 "$log" >&2
  echo "apt-get could not install ${packages[*]}: see above, then run make again" >&2
  exit 1
fi

echo "The tests need system packages that are missing: ${packages[*]}. Install them, then run make again:" >&2
if command -v dnf >/dev/null 2>&1; then
  echo "  sudo dnf install chromium nginx haproxy google-noto-sans-cjk-fonts google-noto-color-emoji-fonts libatomic" >&2
elif command -v brew >/dev/null 2>&1; then
  echo "  brew install nginx haproxy && brew install --cask chromium" >&2
else
  echo "  sudo apt-get install --yes --no-install-recommends ${packages[*]}" >&2
fi
echo "Programs installed elsewhere are named by PADDOCK_CHROMIUM, PADDOCK_NGINX and PADDOCK_HAPROXY." >&2
exit 1
