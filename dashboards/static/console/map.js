/**
 * The map view: where it is bad, who is on the way, and what stands behind a dot.
 */

import { html, useCallback, useEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { SEVERITIES } from "/shared/lib/severity.js";
import { useKeys } from "../parts/keys.js";
import { groundOf } from "../parts/ground.js";
import { useTheme } from "../parts/hooks.js";
import { Mark, Nothing } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { worstOf } from "../state/map_dots.js";
import { dotsOf, groundFor, pointAt } from "../state/map_scene.js";
import { shiftTo } from "../state/map_world.js";
import { SiteTable } from "../state/site_table.js";
import { MapDesk } from "./map_desk.js";
import { FindSite, LayerBar, useLayers } from "./map_layers.js";
import { PersonPanel } from "./map_person.js";
import { SitePanel } from "./site_panel.js";

/** @typedef {import("./views.js").ViewProps} ViewProps */
/** @typedef {import("../parts/ground.js").Ground} Laid */

const WORST = 12;
const NO_SITES = new SiteTable();

/** @param {ViewProps} props */
export function MapView({ board, revision, route, go }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const [layers, toggle] = useLayers();
  const [person, setPerson] = useState("");
  const [laid, failed] = useGround();
  const [theme] = useTheme();
  const table = tableOf(board);
  const ground = useMemo(() => groundFor(table, shiftTo(laid?.tiles ? laid.datum : "wgs84")), [table, laid]);
  const dots = useMemo(() => dotsOf(ground, board, layers.links), [ground, revision, layers.links]);
  const plan = useFetched(person && "/api/v1/day-plans", { params: { technician: person } });
  const stops = /** @type {any} */ (plan.data)?.items[0]?.stops ?? (plan.data ? [] : null);
  const technician = board.items("technician").get(person);
  const open = useCallback((/** @type {string} */ id) => {
    setPerson("");
    go({ view: "map", id }, true);
  }, []);
  const desk = useDesk(box, laid, { open, person: setPerson, go });

  useEffect(() => desk?.showDots(dots, ground), [desk, dots, theme]);
  useEffect(() => {
    const showMarks = () => desk?.showMarks({ ground, board, layers, person, stops, chosen: route.id });
    showMarks();
    return desk?.whileMoving(showMarks);
  }, [desk, ground, revision, layers, person, stops, route.id, theme]);
  useEffect(() => desk?.bring(placeOf(route, table, ground)), [desk, route.id, route.at, ground]);
  useMapKeys(desk);

  return html`<section class="view-map" aria-label=${t("view.map")}>
    <div class="map" ref=${box} role="application" tabindex="0" aria-label=${t("map.label", { n: table.size })}></div>
    <div class="map-top">
      <${FindSite} find=${(/** @type {string} */ text, /** @type {number} */ most) => table.find(text, most)} onChoose=${(/** @type {any} */ site) => open(site.id)} />
      <${LayerBar} layers=${layers} onToggle=${toggle} />
    </div>
    ${(failed || desk?.problem) && html`<p class="map-problem notice" role="status">${t(`map.tiles.${desk?.problem || "unknown"}`)}</p>`}
    ${!table.size && html`<div class="map-empty"><${NoSites} loaded=${board.loaded} /></div>`}
    <${Worst} dots=${dots} table=${table} open=${open} />
    ${technician && html`<${PersonPanel} key=${person} technician=${technician} orders=${ordersOf(board, person)} stops=${stops} onClose=${() => setPerson("")} />`}
    ${route.id && !technician && html`<${SitePanel} key=${route.id} id=${route.id} board=${board} onClose=${() => open("")} />`}
  </section>`;
}

/** @param {any} board
 * @returns {SiteTable} */
function tableOf(board) {
  const sites = board.items("site");
  return sites instanceof SiteTable ? sites : NO_SITES;
}

/** @param {any} board
 * @param {string} person */
function ordersOf(board, person) {
  return [...board.items("work_order").values()].filter((order) => order.technician === person);
}

/** What the map lies on, and whether nobody could say so: then the land.
 * @returns {[Laid|null, boolean]} */
function useGround() {
  const [laid, setLaid] = useState(/** @type {Laid|null} */ (null));
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    groundOf().then(setLaid, () => {
      setFailed(true);
      setLaid({ tiles: null, datum: "wgs84" });
    });
  }, []);
  return [laid, failed];
}

/** The map itself, made once its ground is known.
 * @param {{current: HTMLElement|null}} box
 * @param {Laid|null} laid
 * @param {import("./map_desk.js").Heard} heard
 * @returns {MapDesk|null} */
function useDesk(box, laid, heard) {
  const [desk, setDesk] = useState(/** @type {MapDesk|null} */ (null));
  const [, setProblem] = useState("");
  useEffect(() => {
    if (!box.current || !laid) return undefined;
    const made = new MapDesk(box.current, laid.tiles, heard, setProblem);
    setDesk(made);
    return () => {
      setDesk(null);
      made.remove();
    };
  }, [laid]);
  return desk;
}

/** @param {MapDesk|null} desk */
function useMapKeys(desk) {
  const pan = (/** @type {string} */ keys, /** @type {number} */ x, /** @type {number} */ y) => ({ keys, label: "map.key.pan", run: () => desk?.pan(x, y) });
  useKeys([
    pan("ArrowLeft", -1, 0),
    pan("ArrowRight", 1, 0),
    pan("ArrowUp", 0, -1),
    pan("ArrowDown", 0, 1),
    { keys: "+", label: "map.key.nearer", run: () => desk?.zoom(1) },
    { keys: "=", label: "map.key.nearer", run: () => desk?.zoom(1) },
    { keys: "-", label: "map.key.farther", run: () => desk?.zoom(-1) },
    { keys: "0", label: "map.key.all", run: () => desk?.fit() },
  ]);
}

/** @param {import("../state/route.js").Route} route
 * @param {SiteTable} table
 * @param {import("../state/map_scene.js").Ground} ground
 * @returns {{latitude: number, longitude: number, point: {x: number, y: number}, near: boolean}|null} */
function placeOf({ id, at }, table, { shift }) {
  const [latitude, longitude] = at.split(",").map(Number);
  const given = at && Number.isFinite(latitude) && Number.isFinite(longitude) ? { latitude, longitude } : null;
  const place = given ?? table.get(id);
  if (!place) return null;
  return { latitude: place.latitude, longitude: place.longitude, point: pointAt(shift, place), near: Boolean(given) };
}

/** @param {{loaded: boolean}} props */
function NoSites({ loaded }) {
  if (!loaded) return html`<${Nothing} title=${t("loading.map")} />`;
  return html`<${Nothing} title=${t("empty.map")} hint=${t("empty.map.hint")} />`;
}

/** The way to the dots without a mouse: the sites that are worst off, as links.
 * @param {{dots: import("../parts/dot_layer.js").Dots, table: SiteTable, open: (id: string) => void}} props */
function Worst({ dots, table, open }) {
  const worst = useMemo(() => worstOf(dots.levels, WORST), [dots]);
  if (!worst.length) return null;
  return html`<nav class="map-list" aria-label=${t("map.worst")}>
    <h2 class="map-list-title">${t("map.worst")}</h2>
    <ul>
      ${worst.map((place) => {
        const { id, name } = table.at(place);
        return html`<li key=${id}>
          <button class="map-site" onClick=${() => open(id)}>
            <${Mark} severity=${SEVERITIES[dots.levels[place]]} only /> <span>${name}</span> <span class="muted">${id}</span>
          </button>
        </li>`;
      })}
    </ul>
  </nav>`;
}

