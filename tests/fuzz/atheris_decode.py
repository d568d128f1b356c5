"""Coverage-guided fuzzing of the decoder with atheris, which is no dependency of the project.

    python -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris -r requirements.lock
    /tmp/fuzz/bin/python -m tests.fuzz.atheris_decode tests/fuzz/corpus/decode -max_total_time=600 -max_len=1024

Ends with the input at hand when anything but a trap or a `DecodeError` comes of one. What it finds new goes into the
folder; `-merge=1 NEW OLD` keeps the smallest set that reaches as much.
"""

from __future__ import annotations

import importlib
import sys


def main() -> None:
    """Runs until a limit among the arguments (libFuzzer's) is reached."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["collectors"]):
        targets = importlib.import_module("tests.fuzz.targets")
    atheris.Setup(sys.argv, lambda data: targets.outcome(data) and None)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
