"""Inventory CSV files: good ones are read as they are meant, bad ones are refused with all that is wrong."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guywire.inventory import Contract, Customer, Inventory, Link, PowerFeed, Resource, Site, Technician
from guywire.inventory.cells import CellError, address, number, region, shift, text, time_zone, words, yes_no
from guywire.inventory.csv_files import read_inventory, write_inventory
from guywire.inventory.problems import InventoryError
from guywire.inventory.references import References

CASES = Path(__file__).parents[2] / "cases" / "inventory"


def _cases(kind: str) -> list[str]:
    return sorted(path.parent.name for path in CASES.glob(f"*/{kind}"))


@pytest.mark.parametrize("case", _cases("problems.txt"))
def test_a_bad_folder_is_refused_with_every_problem_by_file_and_line(case: str) -> None:
    with pytest.raises(InventoryError) as refusal:
        read_inventory(CASES / case)
    said = str(refusal.value).replace(str(CASES), "cases")
    assert said.splitlines() == (CASES / case / "problems.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("case", _cases("inventory.json"))
def test_a_good_folder_is_read_as_it_is_meant(case: str) -> None:
    inventory = asdict(read_inventory(CASES / case))
    inventory["resources"] = {"/".join(key): value for key, value in inventory["resources"].items()}
    expected = json.loads((CASES / case / "inventory.json").read_text("utf-8"))
    read = json.loads(json.dumps(inventory))
    assert {kind: read[kind] for kind in expected} == expected


def test_a_file_as_excel_writes_it_is_read(tmp_path: Path) -> None:
    header = "site_id,name,latitude,longitude,region,site_class,tenants,battery_hours,power_feed,time_zone"
    lines = [header, "S1, 一号站 ,31.23,121.47,sh/sh/pd,A,,8,,Asia/Shanghai", ",,,,,,,,,"]
    (tmp_path / "sites.csv").write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    sites = read_inventory(tmp_path).sites
    assert sites == {"S1": Site("S1", "一号站", 31.23, 121.47, "sh/sh/pd", "A", (), 8.0, "", "Asia/Shanghai")}


def test_a_folder_that_is_not_there_and_one_without_files_are_refused(tmp_path: Path) -> None:
    for folder, reason in ((tmp_path / "nowhere", "no such folder"), (tmp_path, "no inventory file")):
        with pytest.raises(InventoryError, match=reason):
            read_inventory(folder)


def test_a_part_of_the_files_may_lean_on_what_is_already_loaded(tmp_path: Path) -> None:
    write_inventory(Inventory(links={"L1": Link("L1", "S1", "S2", "fibre", "r")}), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["links.csv"]
    with pytest.raises(InventoryError) as refusal:
        read_inventory(tmp_path, References(sites=frozenset({"S1"})))
    assert [(problem.line, problem.column) for problem in refusal.value.problems] == [(2, "downstream_site_id")]
    assert "L1" in read_inventory(tmp_path, References(sites=frozenset({"S1", "S2"}))).links


def test_any_number_of_bytes_is_either_read_or_refused_in_words(tmp_path: Path) -> None:
    @given(st.binary(max_size=300))
    @settings(max_examples=150, deadline=None)
    def holds(content: bytes) -> None:
        (tmp_path / "sites.csv").write_bytes(content)
        with pytest.raises(InventoryError, match=r"sites\.csv"):
            read_inventory(tmp_path)

    holds()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("10.0.0.7:161", "10.0.0.7:161"),
        ("2001:DB8::0007", "2001:db8::7"),
        ("[2001:db8::7]:161", "[2001:db8::7]:161"),
        ("", ""),
    ],
)
def test_addresses_are_kept_in_their_shortest_spelling(cell: str, value: str) -> None:
    assert address(cell) == value


@pytest.mark.parametrize("cell", ["10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1:0", "10.0.0.1:65536", "host", "::1:x"])
def test_what_is_not_an_address_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        address(cell)


@pytest.mark.parametrize("cell", ["nan", "inf", "1_0", "1e999", "", "12,5", "0x10", "91"])
def test_what_is_not_a_number_within_bounds_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        number(-90, 90, "31.2")(cell)


@pytest.mark.parametrize(
    "cell", ["", "08:00-20:00", "Mon-Fri 08:00-18:00", "20:00-08:00;Sat,Sun 8:00-24:00", "mon 00:00-24:00"]
)
def test_shifts_are_kept_as_written(cell: str) -> None:
    assert shift(cell) == cell


@pytest.mark.parametrize("cell", ["day", "8-20", "08:00-25:00", "08:60-20:00", "Mo-Fr 08:00-18:00", "24:00-08:00"])
def test_what_is_not_a_shift_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        shift(cell)


def test_other_cells_refuse_what_they_cannot_hold() -> None:
    for parse, cell in (
        (region, "p//a"),
        (region, "/p"),
        (time_zone, "Mars/Base"),
        (time_zone, "../etc/passwd"),
        (text, "a\nb"),
        (text, "x" * 501),
        (yes_no, "maybe"),
    ):
        with pytest.raises(CellError):
            parse(cell)
    assert words(" a ;; b;") == ("a", "b")


# read(write(inventory)) == inventory --------------------------------------------------------------------------------

_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12).map(str.strip)
_FILLED = _TEXT.filter(bool)
_WORD = _TEXT.filter(lambda word: bool(word) and ";" not in word)
_WORDS = st.lists(_WORD, max_size=3).map(tuple)
_ID = st.text("abcXYZ019_-站", min_size=1, max_size=8)
_REGION = st.lists(st.text("省市p1", min_size=1, max_size=3), min_size=1, max_size=3).map("/".join)
_LATITUDE = st.floats(-90, 90, allow_nan=False)
_LONGITUDE = st.floats(-180, 180, allow_nan=False)
_MAYBE_NUMBER = st.none() | st.floats(0, 1000, allow_nan=False)
_MINUTES = st.none() | st.integers(1, 10_000)


@st.composite
def _inventories(draw: st.DrawFn) -> Inventory:
    feeds = {key: PowerFeed(key, draw(_FILLED), draw(_REGION), draw(_TEXT)) for key in draw(st.lists(_ID, max_size=2))}
    sites = {key: draw(_sites(key, feeds)) for key in draw(st.lists(_ID, min_size=2, max_size=4, unique=True))}
    names = list(sites)
    resources = {
        (site, name): Resource(site, name, draw(_FILLED), f"10.0.0.{names.index(site)}", draw(_TEXT), realm=draw(_TEXT))
        for site in names
        for name in draw(st.lists(_FILLED, max_size=2))
    }
    link = Link(draw(_FILLED), names[0], names[1], "fibre", draw(_TEXT), draw(_TEXT), draw(_TEXT))
    people = {key: draw(_technicians(key)) for key in draw(st.lists(_ID, max_size=2))}
    customers = {key: draw(_customers(key, names)) for key in draw(st.lists(_ID, max_size=2))}
    contract = Contract(draw(_FILLED), draw(_REGION), "major", draw(_MINUTES), None, draw(_MINUTES), draw(_TEXT), 43.2)
    return Inventory(sites, resources, {link.link_id: link}, people, customers, feeds, (contract,))


@st.composite
def _sites(draw: st.DrawFn, key: str, feeds: dict[str, PowerFeed]) -> Site:
    return Site(
        key,
        draw(_FILLED),
        draw(_LATITUDE),
        draw(_LONGITUDE),
        draw(_REGION),
        draw(st.sampled_from("ABC")),
        draw(_WORDS),
        draw(st.floats(0, 24, allow_nan=False)),
        draw(st.sampled_from(["", *feeds])),
        draw(st.sampled_from(["Asia/Shanghai", "UTC", "America/Sao_Paulo"])),
        draw(st.booleans()),
        draw(_TEXT),
        draw(_MAYBE_NUMBER),
    )


@st.composite
def _technicians(draw: st.DrawFn, key: str) -> Technician:
    return Technician(
        key,
        draw(_FILLED),
        draw(_TEXT),
        draw(_REGION),
        "technician",
        "",
        draw(_LATITUDE),
        draw(_LONGITUDE),
        draw(_WORDS),
        "Mon-Fri 08:00-18:00",
        draw(st.integers(0, 9)),
        draw(_TEXT),
        draw(_MAYBE_NUMBER),
        draw(_WORDS),
    )


@st.composite
def _customers(draw: st.DrawFn, key: str, sites: list[str]) -> Customer:
    latitude, longitude = draw(st.just((None, None)) | st.tuples(_LATITUDE, _LONGITUDE))
    serving = tuple(draw(st.lists(st.sampled_from(sites), max_size=2)))
    return Customer(
        key,
        draw(_FILLED),
        draw(_TEXT),
        latitude,
        longitude,
        serving,
        draw(st.booleans()),
        draw(_TEXT),
        draw(_TEXT),
        draw(_WORDS),
        draw(_TEXT),
    )


@given(_inventories())
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back_as_the_same_inventory(inventory: Inventory) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_inventory(inventory, Path(folder))
        assert read_inventory(Path(folder)) == inventory
