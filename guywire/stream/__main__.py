"""Makes the stream's keys: `python -m guywire.stream DIR [COLLECTOR]`."""

from __future__ import annotations

import sys
from pathlib import Path

from guywire.stream.security import make_keys

if not 2 <= len(sys.argv) <= 3:
    sys.exit("usage: python -m guywire.stream DIR [COLLECTOR]")
make_keys(Path(sys.argv[1]), *sys.argv[2:])
