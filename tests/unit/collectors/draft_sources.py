"""Small sources to draft from, written for these tests: two MIBs, OpenNMS events, a snmptt.conf."""

from __future__ import annotations

V1_MIB = """
ACME-V1-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises FROM RFC1155-SMI
        OBJECT-TYPE FROM RFC-1212
        TRAP-TYPE FROM RFC-1215;

acme OBJECT IDENTIFIER ::= { enterprises 99999 }
unitTable OBJECT-TYPE
    SYNTAX SEQUENCE OF UnitEntry
    ACCESS not-accessible
    STATUS mandatory
    DESCRIPTION "units"
    ::= { acme 1 }
unitEntry OBJECT-TYPE
    SYNTAX UnitEntry
    ACCESS not-accessible
    STATUS mandatory
    DESCRIPTION "a unit"
    INDEX { unitIndex }
    ::= { unitTable 1 }
UnitEntry ::= SEQUENCE { unitIndex INTEGER, unitState INTEGER }
unitIndex OBJECT-TYPE
    SYNTAX INTEGER
    ACCESS read-only
    STATUS mandatory
    DESCRIPTION "number"
    ::= { unitEntry 1 }
unitState OBJECT-TYPE
    SYNTAX INTEGER { normal(0), alarm(1), unknown(255) }
    ACCESS read-only
    STATUS mandatory
    DESCRIPTION "state"
    ::= { unitEntry 2 }

acFailAlarm TRAP-TYPE
    ENTERPRISE acme
    DESCRIPTION "Sent when the AC input has failed. More of it."
    --#SEVERITY SEVERE
    ::= 1
acFailClear TRAP-TYPE
    ENTERPRISE acme
    DESCRIPTION "AC is back"
    ::= 2
rectifierAlarm TRAP-TYPE
    ENTERPRISE acme
    VARIABLES { unitIndex }
    DESCRIPTION "rectifier"
    --#SEVERITY MINOR
    --#SUMMARY "Rectifier %d has failed"
    ::= 3
rectifierAlarmResume TRAP-TYPE
    ENTERPRISE acme
    VARIABLES { unitIndex }
    DESCRIPTION "rectifier"
    ::= 4
doorTrap TRAP-TYPE
    ENTERPRISE acme
    VARIABLES { unitState }
    DESCRIPTION "The door's state"
    ::= 5
frobnicated TRAP-TYPE
    ENTERPRISE acme
    DESCRIPTION "-"
    ::= 6
userLogin TRAP-TYPE
    ENTERPRISE acme
    DESCRIPTION "Somebody logged in"
    ::= 7
myLinkDown TRAP-TYPE
    ENTERPRISE { snmp }
    DESCRIPTION "RFC 1215's"
    ::= 2
END
"""

V2_MIB = """
ACME-V2-MIB DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE FROM SNMPv2-SMI
        TEXTUAL-CONVENTION FROM SNMPv2-TC
        acmeRoot FROM ACME-ROOT-MIB;
acmeMib MODULE-IDENTITY
    LAST-UPDATED "202601010000Z"
    ORGANIZATION "ACME"
    CONTACT-INFO "-"
    DESCRIPTION "-"
    ::= { acmeRoot 2 }
Level ::= TEXTUAL-CONVENTION
    STATUS current
    DESCRIPTION "not as anybody else's"
    SYNTAX INTEGER { minor(1), major(2), critical(3), cleared(4) }
level OBJECT-TYPE
    SYNTAX Level
    MAX-ACCESS read-only
    STATUS current
    DESCRIPTION "level"
    ::= { acmeMib 1 }
level OBJECT-TYPE
    SYNTAX Level
    MAX-ACCESS read-only
    STATUS current
    DESCRIPTION "a second one, as vendors write them"
    ::= { acmeMib 9 }
siteName OBJECT-TYPE
    SYNTAX OCTET STRING
    MAX-ACCESS read-only
    STATUS current
    DESCRIPTION "site"
    ::= { acmeMib 2 }
alarmText OBJECT-TYPE
    SYNTAX OCTET STRING
    MAX-ACCESS read-only
    STATUS current
    DESCRIPTION "text"
    ::= { acmeMib 3 }
smokeMajor NOTIFICATION-TYPE
    OBJECTS { level, siteName, alarmText }
    STATUS current
    DESCRIPTION "Smoke"
    ::= { acmeMib 0 1 }
smokeMinor NOTIFICATION-TYPE
    OBJECTS { level, siteName, alarmText }
    STATUS current
    DESCRIPTION "A little smoke"
    ::= { acmeMib 0 2 }
smokeCleared NOTIFICATION-TYPE
    OBJECTS { level, siteName, alarmText }
    STATUS current
    DESCRIPTION "No smoke"
    ::= { acmeMib 0 3 }
END
"""
ROOT_MIB = """
ACME-ROOT-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises FROM SNMPv2-SMI;
acmeRoot OBJECT IDENTIFIER ::= { enterprises 99999 }
END
"""

EVENTS = """<events xmlns="http://xmlns.opennms.org/xsd/eventconf">
 {}
</events>
"""
EVENT = """<event>
  <mask>
   <maskelement><mename>id</mename><mevalue>.1.3.6.1.4.1.99999</mevalue></maskelement>
   <maskelement><mename>generic</mename><mevalue>6</mevalue></maskelement>
   <maskelement><mename>specific</mename><mevalue>{number}</mevalue></maskelement>
  </mask>
  <uei>uei.opennms.org/vendor/acme/{name}</uei>
  <event-label>ACME-V1-MIB defined trap event: {name}</event-label>
  <descr>&lt;p&gt;{description}&lt;/p&gt;</descr>
  <logmsg dest="logndisplay">&lt;p&gt;{message}&lt;/p&gt;</logmsg>
  <severity>{severity}</severity>
  {more}
</event>"""

SNMPTT = """#
MIB: ACME-V1-MIB (file:/usr/share/snmp/mibs/ACME-V1-MIB) converted on Mon Jan 5 2026
#
EVENT fanStopped .1.3.6.1.4.1.99999.0.20 "Status Events" Major
FORMAT Fan of unit $1 has stopped $*
MATCH MODE=and
MATCH $1: 7
SDESC
A fan
Variables:
  1: unitIndex
     Syntax="INTEGER"
EDESC
EVENT fanStopped .1.3.6.1.4.1.99999.0.20 "Status Events" Normal
FORMAT Fan of unit $1 runs
MATCH $1: 8
SDESC
A fan
Variables:
  1: unitIndex
EDESC
EVENT waterAlarm .1.3.6.1.4.1.99999.0.21 "Status Events" SEVERE
FORMAT Water!
MATCH $1: (floor)i
SDESC
Water
Variables:
  1: unitText
EDESC
EVENT range .1.3.6.1.4.1.99999.* "Status Events" Normal
FORMAT Anything
"""


def event(
    number: int, name: str, description: str, *, message: str = "", severity: str = "Normal", more: str = ""
) -> str:
    """One event of an OpenNMS file."""
    message = message or f"{name} trap received"
    return EVENT.format(
        number=number, name=name, description=description, message=message, severity=severity, more=more
    )
