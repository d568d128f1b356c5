"""The alarm list's own reckoning, asked of its modules: order, filter, counts, what stands still, when it rings."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

MAKE = """
const at = (minute) => `2026-11-21T08:${String(minute).padStart(2, "0")}:00Z`;
const NOW = Date.parse("2026-11-21T09:00:00Z");
const alarm = (id, more = {}) => ({
  id, alarm_type: "mains-failure", qualifier: "", site: "JS001", site_name: "城西", region: "浙江/杭州",
  resource: "mains",
  severity: "major", state: "active", text: "", source: "10.0.0.1", raised_at: at(10), cleared_at: null, count: 1,
  incident: "I1", acknowledged_at: null, acknowledged_by: "", shelved_until: null, silenced_by: "", closed_at: null,
  baseline: false, chattering_since: null, stale_since: null, version: 1, ...more,
});
const known = {
  now: NOW,
  siteOf: (id) => ({JS001: {tenants: ["Red Cell"], site_class: "A"},
    JS002: {tenants: ["Unicorn"], site_class: "B"}})[id],
  typeWords: (type) => [type, {"mains-failure": "交流输入停电", "door-open": "门开"}[type] ?? ""],
  shared: (one) => [one.site, one.site_name, one.alarm_type],
  own: (one) => [one.text],
};
"""


class Modules:
    """Scripts that run among the console's modules."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def ask(self, script: str, **modules: str) -> Any:
        """`modules`: names to import, by file, with __ for each slash of its path."""
        imports = "".join(
            f'const {{{names}}} = await import("/{file.replace("__", "/")}.js");' for file, names in modules.items()
        )
        return await self._page.evaluate(f"async () => {{ {imports} {MAKE} {script} }}")


@pytest.fixture
def modules(blank: Page) -> Modules:
    return Modules(blank)


async def test_a_long_list_stays_in_order_whatever_comes_and_goes(modules: Modules) -> None:
    script = """
      let seed = 7;
      const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
      const list = new SortedList((a, b) => a.key - b.key || a.id - b.id);
      let plain = Array.from({length: 3000}, (_, id) => ({id, key: random(500)}));
      list.fill(plain);
      for (let id = 3000; id < 9000; id += 1) {
        const one = {id, key: random(500)};
        list.insert(one);
        plain.push(one);
        if (random(10) < 7) {
          const [gone] = plain.splice(random(plain.length), 1);
          if (!list.remove(gone) || list.remove(gone)) return "one was not there, or twice";
        }
      }
      plain.sort((a, b) => a.key - b.key || a.id - b.id);
      const same = plain.every((one, n) => list.at(n) === one && list.items[n] === one);
      const found = [0, 999, plain.length - 1].every((n) => list.indexOf(plain[n]) === n);
      while (list.length) list.remove(list.at(0));
      return [same, found, list.items.length, list.at(0) ?? null, list.indexOf(plain[0]), plain.length > 4000];
    """
    assert await modules.ask(script, static__state__sorted="SortedList") == [True, True, 0, None, -1, True]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", "abcd"),
        ("site:js002", "bd"),
        ("-site:JS002", "ac"),
        ("type:停电", "abc"),
        ("type:door", "d"),
        ("租户:unicorn", "bd"),
        ('tenant:"red cell"', "ac"),
        ("class:a", "ac"),
        ("since:30m", "c"),
        ("older:30m -type:door", "ab"),
        ("近：1小时", "abcd"),
        ("since:soon", ""),
        ("owner:ann", "b"),
        ("is:new severity:maj", "ac"),
        ("is:unheard-of", ""),
        ("城西 reported", "a"),
        ('"by the controller"', "a"),
        ("symptom:X1", ""),
        ("incident:i2", "d"),
    ],
)
async def test_what_is_typed_finds_just_that(modules: Modules, query: str, ids: str) -> None:
    script = f"""
      const all = [
        alarm("a", {{text: "reported by the controller"}}),
        alarm("b", {{site: "JS002", site_name: "滨江", acknowledged_by: "ann", acknowledged_at: at(11)}}),
        alarm("c", {{raised_at: at(40)}}),
        alarm("d", {{site: "JS002", alarm_type: "door-open", severity: "warning", incident: "I2"}}),
      ];
      return all.filter(finds({query!r}, known)).map(({{id}}) => id).join("");
    """
    assert await modules.ask(script, static__state__alarm_query="finds") == ids


KEPT_AND_MADE_ANEW = """
      let seed = 11;
      const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
      const severities = ["critical", "major", "minor", "warning"];
      const why = ["", "", "symptom:a1", "maintenance:M1", "delay"];
      const some = (n, version) => alarm(`a${n}`, {version, severity: severities[random(4)], raised_at: at(random(60)),
        silenced_by: why[random(5)], site: `JS00${random(3)}`, acknowledged_at: random(2) ? at(59) : null});
      const shown = ({shown, silent}) => [shown.items.map(({id, version}) => `${id}.${version}`), silent.list];
      const asked = [...SORTS, "-site", "-since", "nonsense"].flatMap((sort) =>
        [[0, 0], [1, 0], [0, 1]].map(([silent, folded]) => [sort, silent, folded]));
      for (const [sort, silent, folded] of asked) {
        const filter = {text: "", severities: ["critical", "major"], state: "active", site: "", silent,
          grouped: folded};
        const test = passes(filter, NOW, finds("-site:JS002", known));
        const order = orderBy(sort, (type) => type);
        const held = new Map(Array.from({length: 60}, (_, n) => [`a${n}`, some(n, 1)]));
        const list = new AlarmList(held.values(), filter, test, order);
        const tally = AlarmTally.of(held.values());
        for (let version = 2; version < 200; version += 1) {
          const id = `a${random(90)}`;
          const before = held.get(id);
          const after = random(4) ? some(id.slice(1), version) : undefined;
          if (after) held.set(id, after); else held.delete(id);
          list.change({before, after});
          if (before) tally.add(before, -1);
          if (after) tally.add(after, 1);
        }
        const anew = new AlarmList(held.values(), filter, test, order);
        const counts = JSON.stringify([...AlarmTally.of(held.values()).under].sort());
        if (JSON.stringify(shown(list)) !== JSON.stringify(shown(anew))) return [sort, shown(list), shown(anew)];
        if (JSON.stringify([...tally.under].sort()) !== counts || tally.speaking < 1) return ["tally", counts];
      }
      return "alike";
    """


async def test_a_list_kept_change_by_change_is_the_list_made_anew(modules: Modules) -> None:
    told = await modules.ask(
        KEPT_AND_MADE_ANEW,
        static__state__alarm_list="AlarmList",
        static__state__alarm_order="SORTS, orderBy",
        static__state__alarm_query="finds",
        static__state__alarm_tally="AlarmTally",
        static__state__alarms="passes",
    )
    assert told == "alike"


async def test_a_heading_orders_then_turns_then_lets_go(modules: Modules) -> None:
    script = """return [pressed("", "site"), pressed("site", "site"), pressed("-site", "site"), pressed("", "severity"),
      beside("", 1), beside("-since", 1), beside("", -1)];"""
    assert await modules.ask(script, static__state__alarm_order="pressed, beside") == [
        "site",
        "-site",
        "",
        "-severity",
        "since",
        "site",
        "incident",
    ]


async def test_what_one_looks_at_holds_the_list_still(modules: Modules) -> None:
    script = """return [anchorOf(0, 280, 28, -1), anchorOf(0, 280, 28, 3), anchorOf(560, 280, 28, 3),
      anchorOf(560, 280, 28, 24), anchorOf(0, 280, 28, 10)];"""
    assert await modules.ask(script, static__parts__virtual_list="anchorOf") == [-1, 3, 20, 24, -1]


async def test_it_rings_once_for_many_and_again_only_for_a_critical_that_nobody_took(modules: Modules) -> None:
    script = """
      const ringer = new Ringer();
      const all = () => true;
      const raise = (id, severity, before) => ringer.hear({before, after: alarm(id, {severity})}, all);
      const said = [];
      raise("a", "minor"); raise("b", "critical"); raise("c", "major");
      said.push(ringer.due(0), ringer.due(1000));
      raise("d", "minor");
      said.push(ringer.due(2000), ringer.due(3000));
      raise("d", "minor", alarm("d", {severity: "minor"}));
      said.push(ringer.due(6000), ringer.due(23000));
      ringer.hear({before: alarm("b"), after: alarm("b", {severity: "critical", acknowledged_at: at(1)})}, all);
      said.push(ringer.due(60000));
      raise("e", "critical"); ringer.hear({before: alarm("e"), after: undefined}, all);
      ringer.hear({before: undefined, after: alarm("f", {silenced_by: "delay"})}, all);
      ringer.hear({before: undefined, after: alarm("g")}, () => false);
      said.push(ringer.due(90000));
      raise("h", "major", alarm("h", {severity: "minor"}));
      said.push(ringer.due(99000));
      return said;
    """
    rung = await modules.ask(script, static__state__ringing="Ringer")
    assert rung == ["critical", None, None, "minor", None, "critical", None, None, "major"]


async def test_a_spreadsheet_runs_nothing_that_stands_in_an_alarm(modules: Modules) -> None:
    script = """return csvOf([["a"], ["=HYPERLINK(1)", 'said "x", then'], ["-1", "@x"], ["＝1", "＠x"], [5, null]]);"""
    assert await modules.ask(script, static__state__csv="csvOf") == (
        '\ufeffa\r\n\'=HYPERLINK(1),"said ""x"", then"\r\n\'-1,\'@x\r\n\'＝1,\'＠x\r\n5,\r\n'
    )


async def test_the_columns_of_a_snapshot_become_objects_that_share_their_texts(modules: Modules) -> None:
    script = """
      const pool = new Map();
      const columns = {id: ["A1", "A2"], tenants: [["x"], []], n: [1, null]};
      const piece = {count: 2, same: {state: "active", details: {}}, columns};
      const [first, second] = rowsOf(piece, pool);
      return [first, second, first.details === second.details];
    """
    first, second, shared = await modules.ask(script, shared__lib__snapshot="rowsOf")
    assert first == {"state": "active", "details": {}, "id": "A1", "tenants": ["x"], "n": 1}
    assert second == {"state": "active", "details": {}, "id": "A2", "tenants": [], "n": None}
    assert shared
