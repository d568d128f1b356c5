"""The vocabulary of what sensors measure: vocabulary.toml, checked at start."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

import msgspec

from collectors.profile.sensor import Metric


def read_metrics(text: str) -> Mapping[str, Metric]:
    """The metrics of a file by name. Raises ValueError for a field that is missing or unknown."""
    table = msgspec.convert(tomllib.loads(text), dict[str, dict[str, str]])
    wanted = {"unit", "en", "zh"}
    for name, entry in table.items():
        if entry.keys() != wanted:
            raise ValueError(f"vocabulary.toml: [{name}] wants {', '.join(sorted(wanted))}")
    return MappingProxyType({name: Metric(name, **entry) for name, entry in table.items()})


METRICS: Mapping[str, Metric] = read_metrics(
    resources.files("collectors.profile").joinpath("vocabulary.toml").read_text("utf-8")
)
"""Every metric by its name."""
