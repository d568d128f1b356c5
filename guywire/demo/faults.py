"""What can break in the province, and which trap each fault raises and clears with.

OIDs are facts of HUAWEI-SITE-MONITOR-MIB (a site controller), IF-MIB (radios) and ALARM-MIB (a base station's element
manager, which forwards with snmpTrapAddress).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from guywire.demo.snmp import VarBind

_SITE_TRAP = "1.3.6.1.4.1.2011.6.164.2.1.0"
_ALARM_TEXT = "1.3.6.1.4.1.2011.6.164.1.1.2.100.1.2.1"
_ALARM_LEVEL = "1.3.6.1.4.1.2011.6.164.1.1.2.100.1.3.1"
_IF_INDEX = "1.3.6.1.2.1.2.2.1.1.1"
_IF_OPER_STATUS = "1.3.6.1.2.1.2.2.1.8.1"
_ALARM_MODEL = "1.3.6.1.2.1.118.1.2.2.1.13.0"
_ALARM_RESOURCE = "1.3.6.1.2.1.118.1.2.2.1.10.0"
_ALARM_DESCRIPTION = "1.3.6.1.2.1.118.1.2.2.1.11.0"
_PROBABLE_CAUSE = "1.3.6.1.2.1.121.1.1.1.1.3.0"
_BASE_STATION_MODEL = (1, 3, 6, 1, 2, 1, 118, 1, 1, 2, 1, 3, 0, 1)
_SYS_OBJECT = (1, 3, 6, 1, 2, 1, 1, 2, 0)
_OUT_OF_SERVICE = 612  # IANAItuProbableCause


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault: who reports it (`fsu`, `radio` or `bts`) and with which pair of traps."""

    name: str
    reporter: str
    raised_by: str
    cleared_by: str
    text: str = ""
    level: int = 2


def _controller(name: str, number: int, text: str, level: int = 2) -> Fault:
    """A fault that the site controller reports; `level` is hwAlarmLevel, 1 critical to 4 warning."""
    return Fault(name, "fsu", f"{_SITE_TRAP}.{number}", f"{_SITE_TRAP}.{number + 1}", text, level)


MAINS = _controller("mains", 15, "AC input failure")
DISCHARGING = _controller("discharging", 13, "Battery discharging", 3)
LOW_VOLTAGE = _controller("low-voltage", 69, "DC ultra undervoltage")
LOAD_SHED = _controller("load-shed", 21, "Load disconnected", 1)
BATTERY_OFF = _controller("battery-off", 61, "LVD2 disconnected", 1)
RECTIFIERS = _controller("rectifiers", 41, "Multiple rectifiers failed", 1)
HEAT = _controller("heat", 25, "Ambient temperature high", 3)
DOOR = _controller("door", 31, "Door open", 3)
RADIO = Fault("radio", "radio", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4")
BASE_STATION = Fault("base-station", "bts", "1.3.6.1.2.1.118.0.2", "1.3.6.1.2.1.118.0.3", "Base station out of service")


class Signal(NamedTuple):
    """One trap to send: `resource` is the sender's at `site`, or the base station's that a manager speaks for."""

    site: str
    resource: str
    fault: Fault
    raised: bool

    @property
    def trap_oid(self) -> str:
        return self.fault.raised_by if self.raised else self.fault.cleared_by

    @property
    def varbinds(self) -> list[VarBind]:
        match self.fault.reporter:
            case "radio":
                return [(_IF_INDEX, 1), (_IF_OPER_STATUS, 2 if self.raised else 1)]
            case "bts":
                state = 6 if self.raised else 1
                return [
                    (_ALARM_MODEL, (*_BASE_STATION_MODEL, state)),
                    (_ALARM_RESOURCE, _SYS_OBJECT),
                    (_ALARM_DESCRIPTION, self.fault.text),
                    (_PROBABLE_CAUSE, _OUT_OF_SERVICE),
                ]
            case _:
                return [(_ALARM_TEXT, self.fault.text), (_ALARM_LEVEL, self.fault.level)]
