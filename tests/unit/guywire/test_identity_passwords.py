"""What a stolen hash costs whoever tries passwords on it: the suite's accounts are hashed lightly, users' are not."""

from __future__ import annotations

import subprocess
import sys

HASH = """
import asyncio
from guywire.identity.passwords import hash_password
print(asyncio.run(hash_password("x" * 12)))
"""


def test_each_try_takes_the_memory_and_time_that_rfc_9106_recommends() -> None:
    done = subprocess.run([sys.executable, "-c", HASH], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
