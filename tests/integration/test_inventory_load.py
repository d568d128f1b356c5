"""Loading the inventory: all or nothing, twice the same, pruned and brought back; and the commands around it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guywire import feed, identity
from guywire.cli_identity import token, user
from guywire.cli_inventory import load
from guywire.cli_options import database_url_of
from guywire.database import Connection, open_pool
from guywire.errors import GuywireError, Refused
from guywire.inventory import Contract, Inventory, Link, PowerFeed, Resource, Site
from guywire.inventory.csv_files import read_inventory
from guywire.inventory.merge import Count
from guywire.inventory.problems import InventoryError
from guywire.inventory.store import fetch_inventory, fetch_network, load_inventory
from guywire.inventory.topology import Topology

CASES = Path(__file__).parents[1] / "cases" / "inventory"
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def _site(site_id: str, name: str = "n") -> Site:
    return Site(site_id, name, 31.0, 121.0, "sh/sh/pd", "B", time_zone="UTC")


def _two_sites() -> Inventory:
    return Inventory(
        sites={"S1": _site("S1"), "S2": _site("S2")},
        resources={("S2", "r1"): Resource("S2", "r1", "rectifier", "10.0.0.1")},
        links={"L1": Link("L1", "S1", "S2", "fibre", "p1")},
        power_feeds={"F1": PowerFeed("F1", "feeder")},
        contracts=(Contract("mobile", "sh", "major", 10),),
    )


async def test_what_is_loaded_is_fetched_as_it_was_read(connection: Connection) -> None:
    inventory = read_inventory(CASES / "every_file")
    loaded = await load_inventory(connection, inventory, False, NOW)
    assert loaded.counts["sites"] == Count(added=2)
    fetched = await fetch_inventory(connection)
    assert fetched.version == loaded.version == 1
    for kind in ("sites", "resources", "links", "technicians", "customers", "power_feeds", "contracts"):
        assert getattr(fetched, kind) == getattr(inventory, kind)


async def test_loading_twice_changes_nothing_and_publishes_nothing(connection: Connection) -> None:
    inventory = read_inventory(CASES / "every_file")
    await load_inventory(connection, inventory, False, NOW)
    again = await load_inventory(connection, inventory, True, NOW)
    assert not again.changed_anything
    assert again.version == 1
    assert {kind: count.unchanged for kind, count in again.counts.items()} == {
        "sites": 2,
        "resources": 3,
        "links": 1,
        "technicians": 2,
        "customers": 2,
        "power_feeds": 1,
        "contracts": 2,
    }
    changes = await feed.read(connection, "me", "guywire")
    assert [(change.topic, change.id) for change in changes] == [("inventory", "1")]


async def test_a_site_is_known_since_its_first_load_whatever_is_loaded_after(connection: Connection) -> None:
    async def known() -> dict[str, datetime]:
        rows = await (await connection.execute("SELECT id, known_since FROM views.site_life")).fetchall()
        return {row["id"]: row["known_since"] for row in rows}

    await load_inventory(connection, Inventory(sites={"S1": _site("S1")}), False, NOW)
    first = await known()
    await load_inventory(connection, Inventory(sites={"S1": _site("S1", "renamed"), "S2": _site("S2")}), True, NOW)
    after = await known()
    assert after["S1"] == first["S1"] < after["S2"]


async def test_a_row_that_changed_is_counted_and_others_stay(connection: Connection) -> None:
    await load_inventory(connection, _two_sites(), False, NOW)
    loaded = await load_inventory(connection, Inventory(sites={"S1": _site("S1", "new name")}), False, NOW)
    assert loaded.counts["sites"] == Count(changed=1)
    fetched = await fetch_inventory(connection)
    assert (fetched.sites["S1"].name, fetched.version) == ("new name", 2)
    assert fetched.sites.keys() == {"S1", "S2"}


async def test_pruning_retires_what_is_absent_with_what_leans_on_it_and_loading_brings_it_back(
    connection: Connection,
) -> None:
    await load_inventory(connection, _two_sites(), False, NOW)
    loaded = await load_inventory(connection, Inventory(sites={"S1": _site("S1")}), True, NOW)
    assert loaded.counts["sites"] == Count(unchanged=1, retired=1)
    fetched = await fetch_inventory(connection)
    assert set(fetched.sites) == {"S1"}
    assert not fetched.resources
    assert not fetched.links
    assert set(fetched.power_feeds) == {"F1"}  # kinds not given are left alone
    assert len(fetched.contracts) == 1
    back = await load_inventory(connection, _two_sites(), False, NOW)
    assert back.counts["sites"] == Count(changed=1, unchanged=1)
    assert (await fetch_inventory(connection)).links.keys() == {"L1"}


async def test_pruning_takes_contracts_away(connection: Connection) -> None:
    await load_inventory(connection, _two_sites(), False, NOW)
    other = Inventory(contracts=(Contract("unicom", "sh", "major", 20),))
    loaded = await load_inventory(connection, other, True, NOW)
    assert loaded.counts["contracts"] == Count(added=1, retired=1)
    assert (await fetch_inventory(connection)).contracts == other.contracts


@pytest.mark.parametrize(
    ("inventory", "prune", "reason"),
    [
        (Inventory(sites={"S9": _site("S9")}, links={"L9": Link("L9", "S9", "S404", "fibre", "p")}), False, "S404"),
        (Inventory(resources={("S1", "x"): Resource("S1", "x", "k", "10.0.0.1")}), False, "'S1' and at 'S2'"),
        (Inventory(sites={"S9": _site("S9")}, links={"L9": Link("L9", "S9", "S1", "fibre", "p")}), True, "'S1'"),
    ],
)
async def test_what_points_nowhere_is_refused_and_nothing_of_it_stays(
    connection: Connection, inventory: Inventory, prune: bool, reason: str
) -> None:
    await load_inventory(connection, _two_sites(), False, NOW)
    with pytest.raises(InventoryError, match=reason):
        await load_inventory(connection, inventory, prune, NOW)
    fetched = await fetch_inventory(connection)
    assert (fetched.version, set(fetched.sites)) == (1, {"S1", "S2"})


# the commands ------------------------------------------------------------------------------------------------------


async def _run(command: object, *words: str, stdin: str | None = None) -> Result:
    """A command as typed; in a thread, because it brings an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, command, list(words), input=stdin)  # type: ignore[arg-type]


def _lines(result: Result) -> Sequence[str]:
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


async def test_load_prints_counts_and_again_that_nothing_changed(connection: Connection, database_url: str) -> None:
    words = (str(CASES / "smallest"), "--database-url", database_url)
    assert _lines(await _run(load, *words)) == [
        "sites: 2 added, 0 changed, 0 unchanged, 0 retired",
        "links: 1 added, 0 changed, 0 unchanged, 0 retired",
        "technicians: 1 added, 0 changed, 0 unchanged, 0 retired",
        "inventory version 1",
    ]
    assert _lines(await _run(load, *words))[-1] == "nothing changed; inventory version 1"


async def test_load_of_a_bad_folder_says_each_problem_in_a_line_and_leaves_nothing(
    connection: Connection, database_url: str
) -> None:
    result = await _run(load, str(CASES / "twice"), "--database-url", database_url)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == (CASES / "twice" / "problems.txt").read_text("utf-8").splitlines()
    assert not (await fetch_inventory(connection)).sites


async def test_users_and_tokens_by_the_command_line(connection: Connection, database_url: str) -> None:
    there = ("--database-url", database_url)
    await load_inventory(connection, read_inventory(CASES / "smallest"), False, NOW)
    [generated] = _lines(await _run(user, "add", "ann", "--role", "noc_operator", "--region", "sh/sh", *there))
    given = ("--technician", "T1", "--password-stdin", *there)
    assert not _lines(await _run(user, "add", "zhang", "--role", "technician", *given, stdin="a-long-password\n"))
    [secret] = _lines(await _run(token, "zhang", *there))
    pool = await open_pool(database_url, max_size=2)
    assert (await identity.authenticate(pool, secret, datetime.now(UTC))).technician_id == "T1"
    assert (await identity.sign_in(pool, "ann", generated, NOW)).user.region == "sh/sh"
    assert (await identity.sign_in(pool, "zhang", "a-long-password", NOW)).user.name == "zhang"
    [changed] = _lines(await _run(user, "password", "ann", *there))
    assert (await identity.sign_in(pool, "ann", changed, NOW)).user.name == "ann"
    assert not _lines(await _run(user, "disable", "zhang", *there))
    with pytest.raises(Refused, match="disabled"):
        await identity.authenticate(pool, secret, datetime.now(UTC))
    assert _lines(await _run(user, "list", *there)) == [
        "ann\tnoc_operator\tregion sh/sh\tactive",
        "zhang\ttechnician\ttechnician T1\tdisabled",
    ]
    await pool.close()
    rows = await (await connection.execute("SELECT action FROM core.audit WHERE object_kind = 'user'")).fetchall()
    assert [row["action"] for row in rows] == [
        "add_user",
        "add_user",
        "issue_token",
        "set_password",
        "disable_user",
    ]


async def test_a_refused_user_is_an_error_in_words(connection: Connection, database_url: str) -> None:
    result = await _run(user, "add", "a b", "--role", "admin", "--database-url", database_url)
    assert isinstance(result.exception, Refused)
    assert (await _run(user, "add", "ann", "--role", "king", "--database-url", database_url)).exit_code == 2


def test_where_nothing_runs_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GUYWIRE_DATABASE_URL", raising=False)
    with pytest.raises(GuywireError, match=f"nothing is running at {tmp_path}: start it with `guywire up --data-dir"):
        database_url_of(tmp_path, None)
    monkeypatch.setenv("GUYWIRE_DATABASE_URL", "postgresql:///from-the-environment")
    assert database_url_of(None, None) == "postgresql:///from-the-environment"
    assert database_url_of(tmp_path, "postgresql:///typed") == "postgresql:///typed"


async def test_a_database_that_is_not_there_is_an_error_in_one_line(tmp_path: Path) -> None:
    result = await _run(load, str(CASES / "smallest"), "--database-url", f"postgresql:///x?host={tmp_path}")
    assert isinstance(result.exception, GuywireError)
    assert "the database does not answer" in str(result.exception)
    assert "\n" not in str(result.exception)


async def test_the_network_is_read_without_its_customers_but_knows_how_many_each_site_serves(
    connection: Connection,
) -> None:
    inventory = read_inventory(CASES / "every_file")
    await load_inventory(connection, inventory, False, NOW)
    network = await fetch_network(connection)
    assert network.customers == {}
    assert network.sites == inventory.sites
    whole, lean = Topology(inventory), Topology(network)
    assert {site: lean.customers_at(site) for site in inventory.sites} == {
        site: whole.customers_at(site) for site in inventory.sites
    }
    assert sum(network.served.values()) > 0
    one = next(iter(inventory.customers.values()))
    await load_inventory(connection, Inventory(customers={one.customer_id: one}), True, NOW)
    assert (await fetch_network(connection)).served == {one.serving_sites[0]: 1}
