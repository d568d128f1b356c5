"""Which rules the stored outcomes were found under, as one number: a restart under the same need not look at them all.

It is stored among the counters, in the transaction of what was found under it.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

import msgspec

import guywire
from alarm_correlation.facts import Rules

FINGERPRINT = "rules"
"""Its name among the counters."""

_PACKAGES = (Path(__file__).parent, Path(guywire.__file__).parent)
_CODE = frozenset({".py", ".toml"})
_BYTES = 7
"""What a bigint holds for sure, its sign apart."""


def fingerprint(rules: Rules) -> int:
    """Another one whenever the same facts could be seen otherwise: policy, causes, inventory, shadow, or the code."""
    digest = blake2b(_code(), digest_size=_BYTES)
    digest.update(msgspec.json.encode(rules.policy, order="deterministic"))
    digest.update(msgspec.json.encode(rules.causes.by_effect, order="deterministic"))
    digest.update(rules.topology.digest)
    digest.update(b"shadow" if rules.shadow else b"live")
    return int.from_bytes(digest.digest())


@cache
def _code() -> bytes:
    """A digest of this package and of the kernel: another release may see things otherwise."""
    digest = blake2b()
    for package in _PACKAGES:
        for path in sorted(package.rglob("*")):
            if path.suffix in _CODE:
                digest.update(path.read_bytes())
    return digest.digest()
