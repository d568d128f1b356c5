"""What a batch has to know of visits: watches and open calls for help always, the rest where a command speaks of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from dispatch.board import Board
from dispatch.model import Place
from dispatch.visits.correcting import place_id_of
from dispatch.visits.model import CorrectedPlace, Question, SiteHere, Sos, Watch
from dispatch.visits.sos import sos_id_of
from guywire.commands import Command, MoveWorkOrder
from guywire.commands.visits import (
    AnswerQuestion,
    AnswerSos,
    AskExpert,
    CorrectPlace,
    DecidePlace,
    EndSos,
    KeepRecords,
    RaiseSos,
    StartWatch,
)
from guywire.database import Connection, Row, rows_of
from guywire.model import WorkOrderState

OF_ORDERS = (KeepRecords, AskExpert, StartWatch)
"""Commands that name an order in `work_order`, which may have ended."""

_WATCHES = "SELECT person_id, work_order_id, minutes, until, reminded_at FROM dispatch.watch"
_SOS = """
SELECT sos_id, person_id, since, raised_by, region, domain, latitude, longitude, position_at, work_order_id, text, told,
       answered_at, answered_by, ended_at, ended_by, end_reason, version
FROM dispatch.sos WHERE ended_at IS NULL OR sos_id = ANY(%s)
"""
_RECORDS = """
SELECT record_id::text, work_order_id, kind, name, value FROM dispatch.record
WHERE work_order_id = ANY(%s) OR record_id = ANY(%s::uuid[]) ORDER BY at, recorded_at
"""
_ALARM_TYPES = "SELECT id, alarm_type FROM views.need WHERE id = ANY(%s)"
_STEPPED_BACK = "SELECT DISTINCT work_order_id, technician_id FROM dispatch.stepped_back WHERE work_order_id = ANY(%s)"
_SITES = "SELECT id, name, latitude, longitude, region, domain FROM views.site WHERE id = ANY(%s)"
_VISITED = """
SELECT DISTINCT w.site_id, asked.technician_id
FROM unnest(%s::text[], %s::text[]) AS asked (site_id, technician_id)
JOIN dispatch.work_order w ON w.site_id = asked.site_id
    AND (w.technician_id = asked.technician_id OR asked.technician_id = ANY(w.mates))
    AND (w.accepted_at IS NOT NULL OR w.ended_at IS NULL)
"""
_PLACES = """
SELECT place_id, site_id, kind, points, note, technician_id, at, state, away_km, domain, decided_at, decided_by, reason,
       version
FROM dispatch.place WHERE (state = 'current' AND site_id = ANY(%s)) OR place_id = ANY(%s)
"""
_CURRENT_BESIDE = "SELECT site_id FROM dispatch.place WHERE place_id = ANY(%s)"
_QUESTIONS = """
SELECT q.question_id, q.work_order_id, q.site_id, q.asked_by, q.at, q.text, q.photo_id::text, q.skill, q.experts,
       q.domain, array_prepend(w.technician_id, w.mates) AS crew
FROM dispatch.question q JOIN dispatch.work_order w USING (work_order_id) WHERE q.question_id = ANY(%s)
"""
_QUESTIONS_OF = """
SELECT work_order_id, count(*) AS count FROM dispatch.question WHERE work_order_id = ANY(%s) GROUP BY work_order_id
"""
_ZONES = "SELECT region, time_zone, count(*) AS sites FROM views.site GROUP BY region, time_zone"
_PHONES = "SELECT id, phone FROM views.technician WHERE id = ANY(%s)"


async def read(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    """Puts it on the board, whose orders and people are read already."""
    visits = board.visits
    for row in await rows_of(connection, _WATCHES):
        visits.watches[row["person_id"]] = Watch(**row)
    spoken_of = [one.sos for one in commands if isinstance(one, (AnswerSos, EndSos))]
    raised = [sos_id_of(one) for one in commands if isinstance(one, RaiseSos)]
    for row in await rows_of(connection, _SOS, ([*spoken_of, *raised],)):
        visits.sos[row["sos_id"]] = Sos(**{**row, "told": tuple(row["told"])})
    await _read_places(connection, board, commands)
    if any(isinstance(one, (KeepRecords, AskExpert, StartWatch, MoveWorkOrder)) for one in commands):
        await _read_records(connection, board, commands)
    if any(isinstance(one, (AskExpert, AnswerQuestion)) for one in commands):
        await _read_questions(connection, board, commands)
    if any(isinstance(one, (AskExpert, AnswerQuestion, RaiseSos)) for one in commands) or _may_raise(board):
        await _read_people(connection, board, commands)


def _may_raise(board: Board) -> bool:
    """Whether a watch may have run out for good."""
    return any(watch.reminded_at and watch.until <= board.now for watch in board.visits.watches.values())


async def _read_records(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    visits = board.visits
    orders = [one.work_order for one in commands if isinstance(one, OF_ORDERS)]
    done = [one.work_order for one in commands if isinstance(one, MoveWorkOrder) and one.to == WorkOrderState.DONE]
    ids = [
        uuid for one in commands if isinstance(one, KeepRecords) for uuid in _uuids(r.record_id for r in one.records)
    ]
    for row in await rows_of(connection, _RECORDS, ([*orders, *done], ids)):
        visits.order_of_record[row["record_id"]] = row["work_order_id"]
        visits.records_of[row["work_order_id"]] += 1
        visits.tick(row["work_order_id"], row["kind"], row["name"], row["value"])
    needs = [need for order_id in done if (order := board.orders.get(order_id)) for need in order.need_ids]
    visits.alarm_types |= {row["id"]: row["alarm_type"] for row in await rows_of(connection, _ALARM_TYPES, (needs,))}
    rows = await rows_of(connection, _STEPPED_BACK, (orders,))
    visits.stepped_back |= {(row["work_order_id"], row["technician_id"]) for row in rows}


async def _read_places(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    visits = board.visits
    corrections = [one for one in commands if isinstance(one, CorrectPlace)]
    named = [one.place for one in commands if isinstance(one, DecidePlace)]
    sites = {order.site_id for order in board.orders.values()} | {one.site for one in corrections}
    if named:
        sites |= {row["site_id"] for row in await rows_of(connection, _CURRENT_BESIDE, (named,))}
    ids = [*named, *map(place_id_of, corrections)]
    for row in await rows_of(connection, _PLACES, (list(sites), ids)):
        points = tuple(Place(*point) for point in row["points"])
        visits.places[row["place_id"]] = CorrectedPlace(**{**row, "points": points})
    if corrections or named or any(isinstance(one, (AskExpert, AnswerQuestion)) for one in commands):
        for row in await rows_of(connection, _SITES, (list(sites),)):
            place = Place(row["latitude"], row["longitude"])
            visits.sites[row["id"]] = SiteHere(place, row["name"], row["region"], row["domain"])
    asked = [(one.site, one.technician) for one in corrections]
    rows = (
        await rows_of(connection, _VISITED, ([site for site, _ in asked], [who for _, who in asked])) if asked else []
    )
    visits.visited |= {(row["site_id"], row["technician_id"]) for row in rows}


async def _read_questions(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    visits = board.visits
    answered = [one.question for one in commands if isinstance(one, AnswerQuestion)]
    for row in await rows_of(connection, _QUESTIONS, (answered,)):
        lists = {"experts": tuple(row["experts"]), "crew": tuple(row["crew"])}
        visits.questions[row["question_id"]] = Question(**{**row, **lists})
    orders = [one.work_order for one in commands if isinstance(one, AskExpert)]
    for row in await rows_of(connection, _QUESTIONS_OF, (orders,)):
        visits.questions_of[row["work_order_id"]] = row["count"]


async def _read_people(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    in_need = [one.person for one in commands if isinstance(one, RaiseSos)]
    rows = await rows_of(connection, _PHONES, ([*in_need, *board.visits.watches],))
    board.visits.phones |= {row["id"]: row["phone"] for row in rows}
    board.visits.zones |= _zones(await rows_of(connection, _ZONES))


def _zones(rows: Iterable[Row]) -> dict[str, str]:
    """For each region path, at every depth: the zone in which most of its sites are."""
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        steps = row["region"].split("/")
        for depth in range(1, len(steps) + 1):
            counted["/".join(steps[:depth])][row["time_zone"]] += row["sites"]
    return {path: max(sorted(zones), key=zones.__getitem__) for path, zones in counted.items()}


def _uuids(texts: Iterable[str]) -> list[str]:
    """Those that are UUIDs; what is none is refused later, by its command."""
    found = []
    for text in texts:
        try:
            found.append(str(UUID(text)))
        except ValueError:
            continue
    return found
