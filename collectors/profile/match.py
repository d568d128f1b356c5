"""Which profile suits a device that the inventory gives none: by what it says of itself. Pure.

sysObjectID alone does not tell: several vendors send net-snmp's own, and some send 0.0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from collectors.profile.sensor import Ref, Table, value_word

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"

_A_CONDITION = 10
"""What a description or a presence that holds is worth, in arcs of a sysObjectID."""


@dataclass(frozen=True, slots=True)
class Match:
    """A compiled `[match]`; all that it states must hold, and `states` says it in words.

    `object_ids` are dotted prefixes of sysObjectID, `description` is looked for in sysDescr, each of `present` must
    have a value in which its pattern is found.
    """

    states: str = ""
    object_ids: tuple[str, ...] = ()
    description: re.Pattern[str] | None = None
    present: tuple[tuple[Ref, re.Pattern[str]], ...] = ()

    def score(self, table: Table) -> int:
        """0 when it does not suit; else the more that it states of the device, the higher."""
        object_id = value_word(table.get(SYS_OBJECT_ID)).removeprefix(".")
        arcs = max((one.count(".") + 1 for one in self.object_ids if f"{object_id}.".startswith(f"{one}.")), default=0)
        if self.object_ids and not arcs:
            return 0
        if self.description and not self.description.search(value_word(table.get(SYS_DESCR))):
            return 0
        if not all(_is_present(ref, pattern, table) for ref, pattern in self.present):
            return 0
        return arcs + _A_CONDITION * (bool(self.description) + len(self.present))


def _is_present(ref: Ref, pattern: re.Pattern[str], table: Table) -> bool:
    indexes = [ref.instance] if ref.instance else table.indexes(ref.oid)
    cells = [table.get(ref.at(index)) for index in indexes]
    return any(cell is not None and pattern.search(value_word(cell)) for cell in cells)
