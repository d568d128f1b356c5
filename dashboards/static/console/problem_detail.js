/**
 * One problem: what comes back where, what is known of it, what can be done, what it is behind, and all that happened.
 */

import { html, useState } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { Nothing, Time } from "../parts/marks.js";
import { sayRefusal } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { isStanding, liesIn, moveName, movesOf } from "../state/problems.js";
import { searchOf } from "../state/route.js";
import { incidentTitle } from "../words/catalogue.js";
import { problemTitle, siteName } from "../words/problems.js";
import { EditProblem, LinkFaults, linkTo, MoveProblem, NoteProblem } from "./problem_dialogs.js";
import { SiteLink } from "./site_link.js";
import { ticketTitle } from "./tickets.js";

/** @typedef {import("../state/shapes_problems.js").Problem} Problem */
/** @typedef {import("../state/shapes_problems.js").ProblemNote} ProblemNote */
/** @typedef {import("../state/shapes_problems.js").ProblemState} ProblemState */
/** @typedef {import("../state/shapes_problems.js").ProblemWhole} ProblemWhole */

const KEYS = /** @type {Record<ProblemState, string>} */ ({ known_error: "w", resolved: "r", closed: "x", open: "o" });
const EDIT = /** @type {[string, string, string]} */ (["edit", "e", "problem.edit"]);
const LINK = /** @type {[string, string, string]} */ (["link", "l", "problem.link"]);
const MOST_SITES = 8;
const MOST_FAULTS = 12;
const SAID = /** @type {const} */ (["cause", "workaround", "solution", "reason"]);

/** @param {{id: string, board: any, user: import("/shared/lib/api.js").User, mayWrite: boolean}} props */
export function ProblemDetail({ id, board, user, mayWrite }) {
  const live = /** @type {Problem|undefined} */ (board.items("problem").get(id));
  const { data, problem: refused, again } = useFetched(`/api/v1/problems/${encodeURIComponent(id)}`, { on: live });
  const whole = /** @type {ProblemWhole|null} */ (data);
  const one = live ?? whole;
  if (!one) return html`<aside class="detail"><${Nothing} title=${refused || t("loading")} /></aside>`;
  return html`<article class="detail" aria-labelledby="problem-title" tabindex="0">
    <header class="detail-head">
      <h2 id="problem-title">${problemTitle(one, board)}</h2>
      <p class="muted">${one.id} · ${t(`problem.${one.state}`)} · <${Raised} one=${one} /></p>
      <p><${Places} sites=${one.sites} board=${board} /></p>
      ${one.why && html`<p>${one.why}</p>`}
      ${isStanding(one) && html`<p class=${one.responsible ? "" : "muted"}>${one.responsible ? t("problem.with", { who: one.responsible }) : t("problem.with_nobody")}</p>`}
    </header>
    ${mayWrite && html`<${Deeds} one=${one} board=${board} mayDecide=${liesIn(one, user.region)} onDone=${again} />`}
    <${Known} one=${one} />
    ${whole && html`<${Behind} whole=${whole} one=${one} board=${board} mayWrite=${mayWrite} />`}
    ${whole && html`<${Story} notes=${whole.notes} />`}
  </article>`;
}

/** @param {{one: Problem}} props */
function Raised({ one }) {
  const report = useReportTitle(one.report);
  return html`${one.raised_by === "dispatch" ? t("problem.found_by_dispatch") : t("problem.opened_by", { who: one.raised_by })}
    ${" "}<${Time} as="ago" at=${one.raised_at} />${report && html` · ${t("problem.from_report", { report })}`}`;
}

/** @param {string|null} report
 * @returns {string} in words once they are there */
function useReportTitle(report) {
  const { data } = useFetched(report ? "/api/v1/reports" : "");
  const known = (data?.items ?? []).find((/** @type {{id: string}} */ one) => one.id === report);
  return known?.title[lang()] ?? report ?? "";
}

/** @param {{sites: string[], board: any}} props */
function Places({ sites, board }) {
  const more = sites.length - MOST_SITES;
  return html`${sites
    .slice(0, MOST_SITES)
    .map((site, place) => html`${place > 0 && t("list.comma")}<${SiteLink} key=${site} id=${site} name=${siteName(site, board)} />`)}
  ${more > 0 && html`<span class="muted"> ${t("problem.more_sites", { n: more })}</span>`}`;
}

/** `mayDecide`: of all of its sites.
 * @param {{one: Problem, board: any, mayDecide: boolean, onDone: () => void}} props */
function Deeds({ one, board, mayDecide, onDone }) {
  const [asking, setAsking] = useState(/** @type {string} */ (""));
  const stands = isStanding(one);
  /** @type {[string, string, string][]} what, its key, the word for it */
  const deeds = [
    ...(mayDecide ? movesOf(one) : []).map(
      (to) => /** @type {[string, string, string]} */ ([to, KEYS[to], `problem.do.${moveName(one, to)}`]),
    ),
    ...(stands && mayDecide ? [EDIT] : []),
    ...(stands ? [LINK] : []),
    ["comment", "c", "problem.comment"],
  ];
  useKeys(deeds.map(([what, keys, label]) => ({ keys, label, run: () => setAsking(what) })));
  const close = () => {
    setAsking("");
    onDone();
  };
  const Asked = DIALOGS[/** @type {keyof typeof DIALOGS} */ (asking)];
  return html`<div class="moves">
    ${deeds.map(
      ([what, key, label]) =>
        html`<button key=${what} class=${`button button-small${what in KEYS ? "" : " button-quiet"}`} onClick=${() => setAsking(what)}>
          ${t(label)} <kbd>${key}</kbd>
        </button>`,
    )}
    ${Asked && html`<${Asked} one=${one} board=${board} onClose=${close} />`}
    ${asking in KEYS && html`<${MoveProblem} one=${one} to=${/** @type {ProblemState} */ (asking)} board=${board} onClose=${close} />`}
  </div>`;
}

const DIALOGS = { edit: EditProblem, link: LinkFaults, comment: NoteProblem };

/** Cause, workaround, and how it ended.
 * @param {{one: Problem}} props */
function Known({ one }) {
  const said = SAID.filter((name) => one[name]);
  return html`<section aria-label=${t("problem.known")}>
    <h3>${t("problem.known")}</h3>
    ${
      said.length
        ? html`<dl class="problem-known">
            ${said.map(
              (name) =>
                html`<div key=${name} class=${name === "workaround" && one.state === "known_error" ? "problem-workaround" : ""}>
                  <dt class="muted">${t(`problem.${name}`)}</dt>
                  <dd>${one[name]}</dd>
                </div>`,
            )}
          </dl>`
        : html`<p class="muted">${t("problem.nothing_known")}</p>`
    }
  </section>`;
}

/** @param {{whole: ProblemWhole, one: Problem, board: any, mayWrite: boolean}} props */
function Behind({ whole, one, board, mayWrite }) {
  const [all, setAll] = useState(false);
  const faults = faultsOf(whole, board);
  const mayUnlink = mayWrite && isStanding(one);
  const shown = all ? faults : faults.slice(0, MOST_FAULTS);
  return html`<section aria-label=${t("problem.behind")}>
    <div class="section-head">
      <h3>${t("problem.behind")}</h3>
      <span class="muted">
        ${t("problem.faults_n", { n: whole.faults })} · ${t("problem.complaints_n", { n: whole.complaints })}
      </span>
    </div>
    ${!faults.length && html`<p class="muted">${t("problem.none_behind")}</p>`}
    <ul class="list problem-faults">
      ${shown.map(
        (fault) =>
          html`<li key=${fault.id}>
            <span>${fault.links.map(([view, id], place) => html`${place > 0 && " · "}<a href=${searchOf({ view, id })}>${id}</a>`)}</span>
            <span>${fault.title}</span>
            <span class="muted"><${Time} at=${fault.at} /></span>
            ${
              mayUnlink &&
              html`<button
                class="button button-small button-quiet"
                aria-label=${t("problem.unlink", { what: fault.id })}
                onClick=${() => linkTo(one, fault.unlink, board, "unlink").catch(sayRefusal)}
              >
                ×
              </button>`
            }
          </li>`,
      )}
    </ul>
    ${shown.length < faults.length && html`<button class="text-link dense" onClick=${() => setAll(true)}>${t("problem.more_faults", { n: faults.length - shown.length })}</button>`}
    ${whole.elsewhere > 0 && html`<p class="muted dense">${t("problem.elsewhere", { n: whole.elsewhere })}</p>`}
  </section>`;
}

/** Each fault once, the newest first: an incident with its ticket, or a ticket that has none.
 * @param {ProblemWhole} whole
 * @param {any} board */
function faultsOf({ linked, linked_incidents: incidents, tickets }, board) {
  const ids = new Set(incidents.map(({ id }) => id));
  const ofIncidents = incidents.map((incident) => {
    const own = linked.filter((ticket) => ticket.incident === incident.id).map(({ id }) => id);
    const ticket = incident.ticket ?? own[0];
    return {
      id: incident.id,
      at: incident.opened_at,
      title: incidentTitle(incident, board),
      links: [["incidents", incident.id], ...(ticket ? [["tickets", ticket]] : [])],
      unlink: { incidents: [incident.id], tickets: own.filter((id) => tickets.includes(id)) },
    };
  });
  const alone = linked
    .filter(({ incident }) => !ids.has(incident ?? ""))
    .map((ticket) => ({
      id: ticket.id,
      at: ticket.opened_at,
      title: ticketTitle(ticket, board),
      links: [["tickets", ticket.id]],
      unlink: { tickets: [ticket.id] },
    }));
  return [...ofIncidents, ...alone].sort((a, b) => b.at.localeCompare(a.at));
}

/** @param {{notes: ProblemNote[]}} props */
function Story({ notes }) {
  if (!notes.length) return null;
  return html`<section aria-label=${t("problem.story")}>
    <h3>${t("problem.story")}</h3>
    <ol class="list problem-story">
      ${notes.map(
        (note) =>
          html`<li key=${note.id}>
            <span class="muted"><${Time} at=${note.at} /></span>
            <span>
              ${note.actor === "dispatch" ? t("problem.dispatch") : note.actor} ${t(`problem.note.${note.kind}`)}${note.text && html`${t("colon")}${noteWords(note)}`}
            </span>
          </li>`,
      )}
    </ol>
  </section>`;
}

/** What was changed by its names; anything else as it was said.
 * @param {ProblemNote} note */
function noteWords({ kind, text }) {
  if (kind !== "edited") return text;
  return text
    .split(", ")
    .map((name) => t(`problem.edited.${name}`))
    .join(t("list.comma"));
}
