/**
 * The announcement view: power cuts, weather and works in the order of time, and which sites each of them costs.
 */

import { html, useMemo, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Countdown, Nothing } from "../parts/marks.js";
import { TableHead } from "../parts/table_head.js";
import { useFetched } from "../parts/use_fetched.js";
import { useFirst } from "../parts/use_first.js";
import { byTime, stateAt } from "../state/announcements.js";
import { searchOf } from "../state/route.js";
import { AnnouncementDetail } from "./announcement_detail.js";
import { EnterDialog, ImportDialog, WithdrawDialog } from "./announcement_dialogs.js";
import { levelWords, Period, placeWords } from "./announcement_words.js";

/** @typedef {import("../state/shapes_shift.js").Announcement} Announcement */
/** @typedef {import("./views.js").ViewProps} ViewProps */

/** What is asked about what: it stays the same one whatever comes to stand first meanwhile. */
const NOTHING = { what: "", about: /** @type {Announcement|null} */ (null) };
const COLUMNS = ["announced", "when", "state", "where", "sites", "announced_runs_out"];

/** `route.id` is what is looked at, `route.state` "over" what is past.
 * @param {ViewProps} props */
export function Announcements({ board, revision, route, go, may }) {
  const time = useTick();
  const [asked, setAsked] = useState(NOTHING);
  const past = route.state === "over";
  const over = useFetched(past ? "/api/v1/announcements" : "", { params: { state: "over" } });
  const standing = /** @type {Announcement[]} */ ([...board.items("announcement").values()]);
  const list = useMemo(() => {
    const known = past ? /** @type {Announcement[]} */ (over.data?.items ?? []) : standing;
    const fitting = known.filter((one) => ["over", "withdrawn"].includes(stateAt(one, time)) === past);
    return past ? fitting.sort(byTime).reverse() : fitting.sort(byTime);
  }, [revision, past, over.data, Math.floor(time / 10_000)]);
  const first = useFirst(list, (one) => one.id);
  const here = list.find((one) => one.id === route.id) ?? list.find((one) => one.id === first);
  const look = (/** @type {Announcement} */ one) => go({ view: "announcements", id: one.id, state: route.state }, true);
  const mayWrite = may("plan_silence");
  const ask = (/** @type {string} */ what) => setAsked({ what, about: here ?? null });
  useAnnouncementKeys(list, here, look, mayWrite, ask);
  const close = () => setAsked(NOTHING);
  const about = list.find((one) => one.id === asked.about?.id) ?? asked.about;
  return html`<section class="view-tickets">
    <div class="bar">
      <div class="chips" role="group" aria-label=${t("filter")}>
        <a class="chip" aria-current=${past ? undefined : "true"} href=${searchOf({ view: "announcements" })}>${t("announced.standing")}</a>
        <a class="chip" aria-current=${past ? "true" : undefined} href=${searchOf({ view: "announcements", state: "over" })}>${t("announced.over")}</a>
      </div>
      ${
        mayWrite &&
        html`<span class="bar-end moves">
          <button class="button button-small" onClick=${() => ask("enter")}>${t("announced.enter")} <kbd>n</kbd></button>
          <button class="button button-small" onClick=${() => ask("import")}>${t("announced.import")} <kbd>i</kbd></button>
        </span>`
      }
    </div>
    ${
      here
        ? html`<div class="split split-table">
            <${Table} list=${list} here=${here} time=${time} onPick=${look} />
            <${AnnouncementDetail} key=${here.id} one=${here} mayWrite=${mayWrite} onAsk=${ask} />
          </div>`
        : html`<${Empty} board=${board} past=${past} over=${over} />`
    }
    ${asked.what === "enter" && html`<${EnterDialog} board=${board} onClose=${close} />`}
    ${asked.what === "import" && html`<${ImportDialog} board=${board} onClose=${close} />`}
    ${asked.what === "change" && about && html`<${EnterDialog} board=${board} one=${about} onClose=${close} />`}
    ${asked.what === "withdraw" && about && html`<${WithdrawDialog} board=${board} one=${about} onClose=${close} />`}
  </section>`;
}

/** @param {Announcement[]} list
 * @param {Announcement|undefined} here
 * @param {(one: Announcement) => void} look
 * @param {boolean} mayWrite
 * @param {(what: string) => void} ask */
function useAnnouncementKeys(list, here, look, mayWrite, ask) {
  const step = (/** @type {number} */ by) => {
    const place = list.findIndex((one) => one.id === here?.id) + by;
    const next = list[Math.max(0, Math.min(list.length - 1, place))];
    if (next) look(next);
  };
  const writing = [
    { keys: "n", label: "announced.enter", run: () => ask("enter") },
    { keys: "i", label: "announced.import", run: () => ask("import") },
    { keys: "e", label: "announced.change", run: () => here && ask("change") },
    { keys: "w", label: "announced.withdraw", run: () => here && !here.withdrawn_at && ask("withdraw") },
  ];
  useKeys([
    { keys: "j", label: "key.down", run: () => step(1) },
    { keys: "k", label: "key.up", run: () => step(-1) },
    ...(mayWrite ? writing : []),
  ]);
}

/** @param {{board: any, past: boolean, over: {data: unknown, problem: string}}} props */
function Empty({ board, past, over }) {
  if (past && !over.data) return html`<${Nothing} title=${over.problem || t("loading")} />`;
  if (!board.loaded) return html`<${Nothing} title=${t("loading")} />`;
  return html`<${Nothing} title=${t(past ? "empty.announced_over" : "empty.announced")} hint=${t("empty.announced.hint")} />`;
}

/** @param {{list: Announcement[], here: Announcement, time: number, onPick: (one: Announcement) => void}} props */
function Table({ list, here, time, onPick }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("view.announcements")}>
    <table class="table table-roomy table-pick table-announced">
      <${TableHead} columns=${COLUMNS} numbers=${NUMBERS} />
      <tbody>
        ${list.map((one) => html`<${Row} key=${one.id} one=${one} here=${one.id === here.id} time=${time} onPick=${() => onPick(one)} />`)}
      </tbody>
    </table>
  </div>`;
}

const NUMBERS = ["sites", "announced_runs_out"];

/** @param {{one: Announcement, here: boolean, time: number, onPick: () => void}} props */
function Row({ one, here, time, onPick }) {
  const state = stateAt(one, time);
  return html`<tr id=${`announcement-${one.id}`} class=${here ? "row-here" : ""} aria-current=${here ? "true" : undefined} onClick=${onPick}>
    <td class="cell-wide">${one.title} <span class="muted">${levelWords(one)}</span></td>
    <td><${Period} one=${one} /></td>
    <td class=${state === "current" ? "" : "muted"}>
      ${t(`announced.${state}`)} ${state === "current" && html`<${Countdown} at=${one.starts_at} going />`}
      ${state === "coming" && html`<${Countdown} at=${one.starts_at} />`}
    </td>
    <td class="cell-meant" title=${placeWords(one)}>${placeWords(one)}</td>
    <td class="number">${one.sites_concerned}</td>
    <td class="number">
      ${one.runs_out ? html`<span class="word-major">▲ ${one.runs_out}</span>` : html`<span class="muted">0</span>`}
    </td>
  </tr>`;
}
