"""The version of Paddock, and the only place where it stands; `make release` writes it, everything else reads it here.

The metadata of an installed package is no source: that of an editable install is as old as the install.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
