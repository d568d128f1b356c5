"""What is planned in the small province: rounds and what came of them, the rota."""

from __future__ import annotations

from datetime import timedelta

from guywire.database import Connection
from tests.integration.small_province import NOW


async def add_rounds(connection: Connection, suffix: str = "1", site: str = "S1") -> None:
    """A visit of a round, a finding of W1, an inspection of T1 and a problem R1 with that ticket, all of that site."""
    await connection.execute(
        "INSERT INTO dispatch.round_visit (visit_id, plan, kind, site_id, domain, due_on, release_at, due_at, deadline,"
        " asked_at) VALUES (%s, 'inspection', 'inspect', %s, 'south/harbour', '2026-11-22', %s, %s, %s, %s)",
        (f"round:inspection:{site}:2026-11-22", site, NOW, NOW, NOW, NOW),
    )
    await connection.execute(
        "INSERT INTO dispatch.finding (finding_id, work_order_id, site_id, domain, actor, at, recorded_at, text,"
        " severity) VALUES (%s, 'W1', %s, 'south/harbour', 'ann', %s, %s, 'bolt missing', 'minor')",
        (f"F{suffix}", site, NOW, NOW),
    )
    await connection.execute(
        "INSERT INTO dispatch.inspection (ticket_id, domain, sampled, wanted_at, closed_by, technicians, companies,"
        " score, passed, inspected_at, inspected_by) VALUES (%s, 'south/harbour', true, %s, 'ann', '{K1}', '{East}',"
        " 90, true, '2026-11-22', 'li')",
        (f"T{suffix}", NOW),
    )
    await connection.execute(
        "INSERT INTO dispatch.problem (problem_id, site_ids, domain, shared, raised_at, last_at, ticket_ids)"
        " VALUES (%s, ARRAY[%s], 'south/harbour', 'type:fan-failure', %s, %s, %s)",
        (f"R{suffix}", site, NOW, NOW, [f"T{suffix}"]),
    )


async def add_rota(connection: Connection, technician: str = "K1", other: str = "K2") -> None:
    """An entry E1, an open swap X1 and a certificate Q1 of that technician."""
    await connection.execute(
        "INSERT INTO dispatch.rota_entry (entry_id, technician_id, kind, since, until, made_at, made_by)"
        " VALUES ('E1', %s, 'leave', %s, %s, %s, 'ann')",
        (technician, NOW, NOW + timedelta(days=1), NOW),
    )
    await connection.execute(
        "INSERT INTO dispatch.swap (swap_id, technician_id, since, until, other_id, other_since, other_until, asked_at,"
        " state) VALUES ('X1', %s, %s, %s, %s, %s, %s, %s, 'agreed')",
        (
            technician,
            *(NOW + timedelta(hours=hours) for hours in (24, 32)),
            other,
            *(NOW + timedelta(hours=hours) for hours in (48, 56)),
            NOW,
        ),
    )
    await connection.execute(
        "INSERT INTO dispatch.certificate (certificate_id, technician_id, skill, number, valid_until, made_at, made_by)"
        " VALUES ('Q1', %s, 'power', 'P-0', '2099-01-01', %s, 'ann')",
        (technician, NOW),
    )
