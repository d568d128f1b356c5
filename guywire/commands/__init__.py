"""What a person or another service may ask of an owning service: one struct a command, and who owns it.

Commands travel through the owner's inbox (`guywire.inbox`). They live in the kernel because the asker never imports
the owner. One module for each thing that is spoken of; each names its own commands, and this is the list of all.
"""

from __future__ import annotations

from guywire.commands import (
    centre,
    clocks,
    complaints,
    correlation,
    generators,
    orders,
    problems,
    rota,
    rounds,
    suspicion,
    tickets,
    visits,
)
from guywire.commands.base import Command
from guywire.commands.complaints import RegisterComplaint
from guywire.commands.correlation import (
    AcknowledgeAlarm,
    ClearAlarm,
    CloseAlarm,
    CommentAlarm,
    CorrectRoot,
    EndSilence,
    MoveAlarm,
    MoveTicket,
    OpenTicket,
    PlanSilence,
    ShelveAlarm,
    UnacknowledgeAlarm,
    UnshelveAlarm,
    WithdrawCorrection,
)
from guywire.commands.orders import (
    GiveWorkOrder,
    MoveWorkOrder,
    Position,
    ReassignWorkOrder,
    ReportPositions,
    WithdrawWorkOrder,
)

COMMANDS: dict[str, type[Command]] = {
    command.__name__: command
    for module in (
        centre,
        clocks,
        complaints,
        correlation,
        generators,
        orders,
        problems,
        rota,
        rounds,
        suspicion,
        tickets,
        visits,
    )
    for command in module.COMMANDS
}

__all__ = [
    "COMMANDS",
    "AcknowledgeAlarm",
    "ClearAlarm",
    "CloseAlarm",
    "Command",
    "CommentAlarm",
    "CorrectRoot",
    "EndSilence",
    "GiveWorkOrder",
    "MoveAlarm",
    "MoveTicket",
    "MoveWorkOrder",
    "OpenTicket",
    "PlanSilence",
    "Position",
    "ReassignWorkOrder",
    "RegisterComplaint",
    "ReportPositions",
    "ShelveAlarm",
    "UnacknowledgeAlarm",
    "UnshelveAlarm",
    "WithdrawCorrection",
    "WithdrawWorkOrder",
]
