"""A province small enough to know by heart, put into a database row by row where its owners would put it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from guywire.database import Connection
from guywire.identity import issue_token
from guywire.model import Role

REGION = "south/harbour/quay"
PHOTO = "00000000-0000-4000-8000-000000000001"
ELSEWHERE = "south/harbour/hills"


async def add_account(connection: Connection, role: Role, name: str = "", **more: str) -> str:
    """An account that nobody can sign in to by password; returns a bearer token for it."""
    name = name or str(role)
    region = more.get("region", REGION if role is Role.AREA_MANAGER else "")
    await connection.execute(
        "INSERT INTO core.account (name, role, region, technician_id, tenant, password_hash)"
        " VALUES (%s, %s, %s, %s, %s, 'none')",
        (name, str(role), region, "K1" if role is Role.TECHNICIAN else "", "Red" if role is Role.TENANT else ""),
    )
    return await issue_token(connection, name, datetime.now(UTC))


NOW = datetime.now(UTC).replace(microsecond=0)


async def add_site(
    connection: Connection,
    site: str,
    region: str = REGION,
    tenants: Sequence[str] = (),
    known_since: datetime | None = None,
) -> None:
    """A site, known since now without `known_since`; its tenants stand there since then."""
    await connection.execute(
        "INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, time_zone, tenants,"
        " known_since)"
        " VALUES (%s, %s, 31.2, 121.5, %s, 'south/harbour', 'A', 'Asia/Shanghai', %s, coalesce(%s, now()))",
        (site, f"Tower {site}", region, list(tenants), known_since),
    )


async def add_technician(connection: Connection, technician: str, region: str = REGION) -> None:
    await connection.execute(
        "INSERT INTO core.technician (technician_id, name, phone, region, role, home_latitude, home_longitude)"
        " VALUES (%s, %s, '1', %s, 'technician', 31.2, 121.5)",
        (technician, f"Tech {technician}", region),
    )


async def add_incident(connection: Connection, incident: str, site: str, opened_at: datetime = NOW) -> None:
    await connection.execute(
        "INSERT INTO correlation.incident (incident_id, state, domain, title, severity, opened_at, root_kind,"
        " root_site_id, root_resource, root_alarm_type, alarm_count)"
        " VALUES (%s, 'open', 'south/harbour', %s, 'major', %s, 'alarm', %s, 'rectifier-1', 'mains-failure', 1)",
        (incident, f"Mains failure at {site}", opened_at, site),
    )


async def add_alarm(connection: Connection, alarm: str, site: str, raised_at: datetime = NOW, **more: Any) -> None:
    await connection.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity, text,"
        " details, raised_at, received_at, changed_at, incident_id, cause_alarm_id, acknowledged_at, cleared_at)"
        " VALUES (%(alarm)s, %(site)s, 'rectifier-1', 'mains-failure', '', 'south/harbour', %(severity)s,"
        " '', jsonb_build_object('said', %(said)s::text), %(at)s, %(at)s, %(at)s, %(incident)s, %(cause)s,"
        " %(ack)s, %(clear)s)",
        {
            "alarm": alarm,
            "site": site,
            "at": raised_at,
            "severity": more.get("severity", "major"),
            "said": more.get("said", ""),
            "incident": more.get("incident"),
            "cause": more.get("cause"),
            "ack": more.get("acknowledged_at"),
            "clear": more.get("cleared_at"),
        },
    )


async def add_silence(connection: Connection, silence: str, **more: Any) -> None:
    """A window that holds now, over S1 unless said otherwise."""
    await connection.execute(
        "INSERT INTO correlation.silence (silence_id, kind, title, sites, regions, alarm_types, starts_at, ends_at,"
        " made_at, made_by, ended_at, holds)"
        " VALUES (%(silence)s, 'maintenance', 'works', %(sites)s, %(regions)s, %(types)s, %(at)s, %(ends)s, %(made)s,"
        " 'ann', %(ended)s, true)",
        {
            "silence": silence,
            "sites": more.get("sites", [] if "regions" in more or "types" in more else ["S1"]),
            "regions": more.get("regions", []),
            "types": more.get("types", []),
            "at": NOW,
            "ends": more.get("ends_at", NOW + timedelta(hours=4)),
            "made": more.get("made_at", NOW),
            "ended": more.get("ended_at"),
        },
    )


async def add_unidentified(
    connection: Connection, alarm: str, resource: str = "unidentified:10.9.9.9", trap: str = "1.3.6.1.4.1.99999.2.0.7"
) -> None:
    """An alarm of a sender and a trap that nobody knows."""
    await add_alarm(connection, alarm, "")
    await connection.execute(
        "UPDATE correlation.alarm SET resource = %s, alarm_type = 'unidentified', qualifier = %s WHERE alarm_id = %s",
        (resource, trap, alarm),
    )


async def add_correction(connection: Connection, correction: str, alarm: str, incident: str, **more: Any) -> None:
    await connection.execute(
        "INSERT INTO correlation.correction (correction_id, kind, alarm_id, cause_alarm_id, incident_id, comment,"
        " made_at, made_by) VALUES (%s, %s, %s, %s, %s, %s, %s, 'ann')",
        (
            correction,
            "under" if "cause" in more else "root",
            alarm,
            more.get("cause"),
            incident,
            more.get("comment", ""),
            more.get("made_at", NOW),
        ),
    )


async def add_outage(
    connection: Connection, incident: str, site: str, down_at: datetime, started: bool = False
) -> None:
    await connection.execute(
        "INSERT INTO correlation.outage (incident_id, site_id, reason, predicted_at, started_at)"
        " VALUES (%s, %s, 'battery', %s, %s)",
        (incident, site, down_at, down_at if started else None),
    )


async def add_ticket(connection: Connection, ticket: str, incident: str, site: str) -> None:
    """A ticket with one open need, `N` and the ticket's number."""
    await connection.execute(
        "INSERT INTO correlation.ticket (ticket_id, origin, incident_id, site_id, domain, state, priority, title,"
        " opened_at, opened_by) VALUES (%s, %s, %s, %s, 'south/harbour', 'acknowledged', 2, 'No mains', %s, 'system')",
        (ticket, f"incident:{incident}", incident, site, NOW),
    )
    await connection.execute(
        "INSERT INTO correlation.need (need_id, ticket_id, site_id, domain, kind, summary, priority, state, opened_at)"
        " VALUES (%s, %s, %s, 'south/harbour', 'repair', 'No mains', 2, 'open', %s)",
        (f"N{ticket[1:]}", ticket, site, NOW),
    )
    await connection.execute(
        "INSERT INTO correlation.ticket_note (ticket_id, at, actor, kind, text)"
        " VALUES (%s, %s, 'ann', 'comment', 'seen')",
        (ticket, NOW),
    )


async def add_clocks(connection: Connection, ticket: str) -> None:
    """A clock of the need N1, a request for more time, somebody told of it and one urge."""
    await connection.execute(
        "INSERT INTO dispatch.clock (clock_id, ticket_id, kind, need_id, site_id, region, domain, started_at,"
        " term_minutes, time_zone, severity, site_class, state, due_at)"
        " VALUES ('N1-arrive', %s, 'arrive', 'N1', 'S1', %s, 'south/harbour', %s, 90, 'UTC', 'major', 'A', 'running',"
        " %s)",
        (ticket, REGION, NOW, NOW + timedelta(minutes=90)),
    )
    await connection.execute(
        "INSERT INTO dispatch.extension (extension_id, ticket_id, kind, minutes, reason, asked_at, asked_by)"
        " VALUES (%s, %s, 'arrive', 30, 'bridge', %s, 'ann')",
        (f"{ticket}-X1", ticket, NOW),
    )
    await connection.execute(
        "INSERT INTO dispatch.climb (climb_id, ticket_id, kind, level, region, clock_id, person_id, at, words)"
        " VALUES (%s, %s, 'arrive', 'area', %s, 'N1-arrive', 'K1', %s, '{}')",
        (f"{ticket}-C1", ticket, REGION, NOW),
    )
    await connection.execute(
        "INSERT INTO dispatch.urge (urge_id, ticket_id, at, urged_by, stands) VALUES (%s, %s, %s, 'ann', 'offered')",
        (f"{ticket}-U1", ticket, NOW),
    )


async def add_waiting(connection: Connection, need: str) -> None:
    await connection.execute(
        "INSERT INTO dispatch.waiting_need (need_id, code, hint, since, next_try_at)"
        " VALUES (%s, 'nobody_on_shift', 'The next shift begins at 08:00', %s, %s)",
        (need, NOW, NOW + timedelta(minutes=5)),
    )


async def add_work_order(
    connection: Connection, order: str, ticket: str, site: str, technician: str = "K1", state: str = "offered"
) -> None:
    await connection.execute(
        "INSERT INTO dispatch.work_order (work_order_id, technician_id, ticket_id, site_id, domain, need_ids, state,"
        " priority, summary, offered_at, travel_minutes, distance_km, planned_arrival_at, explanation)"
        " VALUES (%s, %s, %s, %s, 'south/harbour', %s, %s, 2, 'No mains', %s, 20, 12.5, %s,"
        " jsonb_build_object('chosen', 'nearest'))",
        (order, technician, ticket, site, [f"N{ticket[1:]}"], state, NOW, NOW + timedelta(minutes=20)),
    )
    await connection.execute(
        "INSERT INTO dispatch.work_order_step (work_order_id, at, recorded_at, actor, state, version)"
        " VALUES (%s, %s, %s, 'dispatch', 'offered', 1)",
        (order, NOW, NOW),
    )


async def add_dispatching(connection: Connection, region: str = REGION) -> None:
    """A pause P1 and an emergency E1 of that region, and a day plan of K1."""
    await connection.execute(
        "INSERT INTO dispatch.pause (pause_id, region, reason, made_at, made_by) VALUES ('P1', %s, 'ice', %s, 'ann')",
        (region, NOW),
    )
    await connection.execute(
        "INSERT INTO dispatch.emergency (emergency_id, region, reason, declared_at, declared_by)"
        " VALUES ('E1', %s, 'ice', %s, 'ann')",
        (region, NOW),
    )
    await connection.execute(
        "INSERT INTO dispatch.day_plan (technician_id, place, need_id, arrive_at, leave_at, made_at)"
        " VALUES ('K1', 0, 'N1', %s, %s, %s)",
        (NOW, NOW, NOW),
    )


async def add_generators(connection: Connection, suffix: str = "1", region: str = REGION) -> None:
    """A depot D1 with a generator G1, which ran at S1 for W1 as R1 for two hours, and does not any more."""
    await connection.execute(
        "INSERT INTO dispatch.depot (depot_id, name, region, latitude, longitude) VALUES (%s, 'Depot', %s, 31, 121)",
        (f"D{suffix}", region),
    )
    await connection.execute(
        "INSERT INTO dispatch.generator (generator_id, kva, depot_id, state, since, region)"
        " VALUES (%s, 10, %s, 'free', %s, %s)",
        (f"G{suffix}", f"D{suffix}", NOW, region),
    )
    await connection.execute(
        "INSERT INTO dispatch.generator_run (run_id, work_order_id, ticket_id, need_id, site_id, tenants, region,"
        " domain, generator_id, technician_id, company, started_at, stopped_at, filled_litres, flags)"
        " VALUES (%s, 'W1', 'T1', 'N1', 'S1', '{CMCC,CUCC}', %s, 'south/harbour', %s, 'K1', '=Ltd', %s, %s, 9, %s)",
        (
            f"R{suffix}",
            region,
            f"G{suffix}",
            datetime(2026, 11, 30, 20, tzinfo=UTC),
            datetime(2026, 11, 30, 22, tzinfo=UTC),
            '[{"code": "no_photo", "zh": "没有照片", "en": "no photo"}]',
        ),
    )


async def add_visits(connection: Connection) -> None:
    """Of W1: a photo (PHOTO), a place PL1 that waits, a question Q1 and a call for help H1."""
    await connection.execute(
        "INSERT INTO field.photo (photo_id, sha256, bytes, content_type, work_order_id, site_id, kind, taken_at,"
        " uploaded_by, uploaded_at) VALUES (%s, '', '', 'image/png', 'W1', 'S1', 'photo', %s, 'K1', %s)",
        (PHOTO, NOW, NOW),
    )
    await connection.execute(
        "INSERT INTO dispatch.place (place_id, site_id, kind, points, technician_id, at, state, away_km, domain)"
        " VALUES ('PL1', 'S1', 'site', '[[31, 121]]', 'K1', %s, 'waiting', 9, 'south/harbour')",
        (NOW,),
    )
    await connection.execute(
        "INSERT INTO dispatch.question (question_id, work_order_id, site_id, asked_by, at, text, experts, domain)"
        " VALUES ('Q1', 'W1', 'S1', 'K1', %s, 'Which fuse?', '{}', 'south/harbour')",
        (NOW,),
    )
    await connection.execute(
        "INSERT INTO dispatch.sos (sos_id, person_id, since, raised_by, region, domain)"
        " VALUES ('H1', 'K1', %s, 'person', %s, 'south/harbour')",
        (NOW, REGION),
    )


async def add_complaint(connection: Connection, complaint: str, site: str, incident: str | None = None) -> None:
    await connection.execute(
        "INSERT INTO complaints.complaint (complaint_id, state, channel, text, site_id, domain, incident_id,"
        " registered_at, registered_by) VALUES (%s, %s, 'phone', 'no signal', %s, 'south/harbour', %s, %s, 'amy')",
        (complaint, "linked" if incident else "open", site, incident, NOW),
    )


async def add_province(connection: Connection) -> None:
    """S1 on the quay with the whole chain (I1, A1 causing A2, T1, N1, W1 by K1, C1); S2 in the hills with 9s."""
    await add_site(connection, "S1")
    await add_site(connection, "S2", ELSEWHERE)
    await connection.execute(
        "INSERT INTO core.link (link_id, upstream_site_id, downstream_site_id, medium, resource)"
        " VALUES ('L1', 'S1', 'S2', 'fibre', 'port-1')"
    )
    await add_technician(connection, "K1")
    await add_technician(connection, "K2", ELSEWHERE)
    await add_incident(connection, "I1", "S1")
    await add_incident(connection, "I9", "S2")
    await add_alarm(connection, "A1", "S1", incident="I1")
    await add_alarm(connection, "A2", "S1", NOW + timedelta(minutes=1), incident="I1", cause="A1")
    await add_alarm(connection, "A9", "S2", incident="I9", severity="critical")
    await connection.execute(
        "INSERT INTO correlation.alarm_comment (alarm_id, at, actor, text)"
        " VALUES ('A1', %s, 'ann', 'called the utility')",
        (NOW,),
    )
    await add_outage(connection, "I1", "S1", NOW + timedelta(minutes=40))
    await add_ticket(connection, "T1", "I1", "S1")
    await add_ticket(connection, "T9", "I9", "S2")
    await add_waiting(connection, "N9")
    await add_work_order(connection, "W1", "T1", "S1", state="en_route")
    await add_complaint(connection, "C1", "S1", "I1")
    await add_complaint(connection, "C9", "S2")
