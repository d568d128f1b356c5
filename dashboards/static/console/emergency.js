/**
 * The emergency view: counties with sites without mains, what each has and lacks, what runs out first, and the reports.
 */

import { html, useMemo, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { Countdown, Nothing, Time } from "../parts/marks.js";
import { useRowKeys } from "../parts/row_keys.js";
import { useFetched } from "../parts/use_fetched.js";
import { areaRows } from "../state/emergencies.js";
import { searchOf } from "../state/route.js";
import { lastPart } from "../state/urgency.js";
import { actorWords, noteWords } from "../words/notes.js";
import { Counties } from "./emergency_counties.js";
import { DeclareDialog, EndDialog } from "./emergency_dialogs.js";
import { CountyOrders } from "./emergency_orders.js";
import { DarkSites } from "./emergency_sites.js";
import { SituationReports } from "./situation_reports.js";

/** @typedef {import("../state/shapes_shift.js").Emergency} Emergency */
/** @typedef {import("../state/shapes_shift.js").MassOutages} MassOutages */
/** @typedef {import("./views.js").ViewProps} ViewProps */

const AGAIN_MS = 10_000;
const UNDER_WAY = "under_way";

/** `route.id` is the county that is looked at, `route.state` which of its sites, or `UNDER_WAY` its crews.
 * @param {ViewProps} props */
export function EmergencyView({ board, revision, route, may }) {
  const [asked, setAsked] = useState({ what: "", region: "" });
  const standing = useMemo(() => /** @type {Emergency[]} */ ([...board.items("emergency").values()]), [revision]);
  const on = standing.map((one) => `${one.id}/${one.version}`).join();
  const { data, problem } = useFetched("/api/v1/mass-outages", { everyMs: AGAIN_MS, on, params: { area: route.id } });
  const known = useRef(/** @type {MassOutages|null} */ (null));
  known.current = /** @type {MassOutages|null} */ (data) ?? known.current;
  const outages = known.current; // the counties stand while the sites of another one are fetched
  const mayDeclare = may("manage_work_orders");
  const rows = outages ? areaRows(outages, standing) : [];
  const here = standing.find((one) => one.region === route.id || route.id.startsWith(`${one.region}/`)) ?? standing[0];
  const close = () => setAsked({ what: "", region: "" });
  const declare = (/** @type {string} */ region) => setAsked({ what: "declare", region });
  const end = (/** @type {string} */ id) => setAsked({ what: id, region: "" });
  const suggested = rows.filter((row) => row.state === "suggested");
  const first = suggested[0] ?? rows.find((row) => row.state === "few");
  useKeys([
    ...(mayDeclare && first ? [{ keys: "n", label: "key.declare", run: () => declare(first.area.region) }] : []),
    ...(mayDeclare && here ? [{ keys: "e", label: "emergency.end", run: () => end(here.id) }] : []),
  ]);
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  useRowKeys(box, mayDeclare ? [["N", "key.declare_here"]] : []);
  if (!outages) return html`<${Nothing} title=${problem || t("loading.emergency")} />`;
  const ending = standing.find((one) => one.id === asked.what);
  return html`<section class="view-emergency" ref=${box} aria-label=${t("view.emergency")}>
    ${problem && html`<p class="notice notice-refused">${problem}</p>`}
    ${rows.length > 0 && html`<h2>${sentence(rows)}</h2>`}
    ${standing.map((one) => html`<${Standing} key=${one.id} emergency=${one} here=${one === here} several=${standing.length > 1} mayEnd=${mayDeclare} onEnd=${() => end(one.id)} />`)}
    ${suggested.length > 0 && html`<${Suggested} rows=${suggested} threshold=${outages.threshold} onDeclare=${mayDeclare ? declare : null} />`}
    ${
      rows.length
        ? html`<${Counties} rows=${rows} route=${route} soonMinutes=${outages.soon_minutes} onDeclare=${mayDeclare ? declare : null} />
            <div class="emergency-below">
              ${route.state === UNDER_WAY ? html`<${CountyOrders} board=${board} region=${route.id} />` : data ? html`<${DarkSites} outages=${data} route=${route} />` : html`<p class="muted">${t("loading")}</p>`}
              ${here && html`<${SituationReports} key=${here.id} of="emergencies" id=${here.id} board=${board} may=${may} />`}
            </div>`
        : html`<${Nothing} title=${t("empty.emergency")} hint=${t("empty.emergency.hint", { n: outages.threshold })} />`
    }
    ${asked.what === "declare" && html`<${DeclareDialog} region=${asked.region} board=${board} outages=${outages} onClose=${close} />`}
    ${ending && html`<${EndDialog} emergency=${ending} board=${board} onClose=${close} />`}
  </section>`;
}

/** @param {import("../state/emergencies.js").AreaRow[]} rows */
function sentence(rows) {
  const sites = rows.reduce((sum, { area }) => sum + area.without_mains, 0);
  const soon = rows.reduce((sum, { area }) => sum + area.soon, 0);
  return [t("emergency.sentence", { n: sites, counties: rows.length }), t(soon ? "emergency.sentence.soon" : "emergency.sentence.end", { n: soon })].join("");
}

/** @param {{emergency: Emergency, here: boolean, several: boolean, mayEnd: boolean, onEnd: () => void}} props */
function Standing({ emergency, here, several, mayEnd, onEnd }) {
  const { region, reason, declared_at, declared_by, end_proposed_at } = emergency;
  return html`<div class="emergency">
    <p>
      <span class="word-critical">◆ ${t("emergency.in")}</span>${" "}
      <a href=${searchOf({ view: "emergency", id: region })} aria-current=${here && several ? "true" : undefined}>${region}</a>
      <span class="muted"> <${Countdown} at=${declared_at} going /> · ${t("emergency.declared_by", { who: actorWords(declared_by), why: noteWords(reason) })}</span>
    </p>
    ${end_proposed_at && html`<p class="word-cleared">✓ ${t("emergency.end_proposed", { region: lastPart(region) })} <span class="muted"><${Time} as="ago" at=${end_proposed_at} /></span></p>`}
    ${mayEnd && html`<button class="button button-small" onClick=${onEnd}>${t("emergency.end")} ${here && html`<kbd>e</kbd>`}</button>`}
  </div>`;
}

/** @param {{rows: import("../state/emergencies.js").AreaRow[], threshold: number, onDeclare: ((region: string) => void)|null}} props */
function Suggested({ rows, threshold, onDeclare }) {
  return html`<div class="emergency emergency-suggested">
    <p class="word-major">▲ ${t("emergency.suggested", { n: rows.length, threshold })}</p>
    ${
      onDeclare &&
      html`<div class="moves">
        ${rows.map(
          ({ area }, n) =>
            html`<button key=${area.region} class="button button-small" onClick=${() => onDeclare(area.region)}>
              ${lastPart(area.region)} ${area.without_mains} ${n === 0 && html`<kbd>n</kbd>`}
            </button>`,
        )}
      </div>`
    }
  </div>`;
}
