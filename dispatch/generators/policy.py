"""The policy of generators as data: what size a site wants, and what contradicts the proof of a run."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec

from guywire.policy_file import PolicyFile, read_policy

_Minutes = Annotated[int, msgspec.Meta(ge=0, le=10_080)]
_Positive = Annotated[float, msgspec.Meta(gt=0, le=10_000)]


class Proof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    mains_minutes: _Minutes
    genset_minutes: _Minutes
    fuel_factor: Annotated[float, msgspec.Meta(ge=1, le=100)]
    meter_share: Annotated[float, msgspec.Meta(ge=0, le=1)]
    meter_minutes: _Minutes
    longest_hours: _Positive
    again_minutes: _Minutes
    mains_alarms: frozenset[str]
    genset_alarms: frozenset[str]
    wants_photo: bool


class GeneratorPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `generators.toml` holds; its comments say what each value means."""

    power_factor: Annotated[float, msgspec.Meta(gt=0, le=1)]
    spare: Annotated[float, msgspec.Meta(ge=1, le=10)]
    kw_per_tenant: _Positive
    kw_of_site: _Positive
    sizes_kva: Annotated[tuple[_Positive, ...], msgspec.Meta(min_length=1)]
    load_minutes: _Minutes
    refuel_minutes: _Minutes
    fetch_km: _Positive
    named_at_most: Annotated[int, msgspec.Meta(ge=1, le=100)]
    proof: Proof

    def kva_wanted(self, load_kw: float | None, tenants: int) -> float:
        """The least size that carries a site: by its load in kW, or where that is unknown by its tenants.

        Rounded up to a size that there is; beyond the largest it stays what it is.
        """
        load = self.kw_of_site + tenants * self.kw_per_tenant if load_kw is None else load_kw
        wanted = load / self.power_factor * self.spare
        return min((size for size in self.sizes_kva if size >= wanted), default=round(wanted, 1))


@cache
def shipped_policy() -> GeneratorPolicy:
    """The policy that ships with the package."""
    text = resources.files("dispatch.generators").joinpath("generators.toml").read_text("utf-8")
    return read_policy(text, "dispatch/generators/generators.toml", GeneratorPolicy)


def policy_file(data_dir: Path) -> PolicyFile[GeneratorPolicy]:
    """The policy in force: `policy/generators.toml` of the data folder where there is one, else what ships."""
    return PolicyFile(data_dir / "policy" / "generators.toml", GeneratorPolicy, shipped_policy())
