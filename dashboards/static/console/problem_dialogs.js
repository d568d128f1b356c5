/**
 * Opening, editing, moving, noting and linking a problem.
 */

import { html, useState } from "/vendor/preact.js";
import { get, post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { useVersion } from "../parts/use_version.js";
import { linksOf, moveName, SAID } from "../state/problems.js";
import { searchOf } from "../state/route.js";
import { named } from "../state/silences.js";
import { alarmTypes } from "../words/catalogue.js";
import { problemTitle, typeTitle } from "../words/problems.js";
import { peopleOptions, useChoices } from "./ticket_choices.js";

/** @typedef {import("../state/shapes_problems.js").FaultsThere} FaultsThere */
/** @typedef {import("../state/shapes_problems.js").Offer} Offer */
/** @typedef {import("../state/shapes_problems.js").Problem} Problem */
/** @typedef {import("../state/shapes_problems.js").ProblemState} ProblemState */
/** @typedef {Record<string, string>} Fields */

const FAULTS = "/api/v1/problems/faults";

/** @param {Problem} one */
function pathOf(one) {
  return `/api/v1/problems/${encodeURIComponent(one.id)}`;
}

/** @param {{board: any, offer: Offer, onClose: () => void, onOpened?: (problem: Problem) => void}} props */
export function OpenProblem({ board, offer, onClose, onOpened }) {
  const [type, setType] = useState(offer.alarmType);
  const [sites, setSites] = useState(offer.sites);
  const [title, setTitle] = useState(offer.title ?? (offer.alarmType ? typeTitle(offer.alarmType, offer.sites, board) : ""));
  const where = { alarm_type: type, site: sites };
  const path = type && sites.length ? FAULTS : "";
  const faults = /** @type {FaultsThere|null} */ (useFetched(path, { params: where }).data);
  /** @param {Fields} fields */
  const submit = async ({ why, responsible, link, sites: typed }) => {
    const meant = named(typed ?? "");
    // who was quicker than the look-up could not say no to what it finds
    const isLookedUp = faults && meant.join() === sites.join();
    const found = type && !isLookedUp ? await get(FAULTS, { ...where, site: meant }) : link ? faults : null;
    const lately = (found?.items ?? []).map((/** @type {{id: string}} */ one) => one.id);
    const opened = await post("/api/v1/problems", {
      title,
      sites: meant,
      why,
      responsible,
      alarm_type: type,
      tickets: offer.tickets ?? [],
      incidents: [...new Set([...(offer.incidents ?? []), ...lately])],
      report: offer.report ?? "",
    });
    board.apply("problem", opened);
    say({ text: t("problem.opened", { id: opened.id }) });
    onOpened?.(opened);
  };
  const typed = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget).value;
  return html`<${FormDialog} title=${t("problem.new_title")} action=${t("problem.new")} onClose=${onClose} onSubmit=${submit} wide>
    <div class="form-line">
      <${Field} name="title" label=${t("problem.field.title")}>
        <input id="field-title" value=${title} required maxlength="200" autocomplete="off" onInput=${(/** @type {Event} */ event) => setTitle(typed(event))} />
      <//>
    </div>
    <${Field} name="sites" label=${t("problem.field.sites")}>
      <input id="field-sites" name="sites" defaultValue=${offer.sites.join("; ")} required autocomplete="off" onChange=${(/** @type {Event} */ event) => setSites(named(typed(event)))} />
    <//>
    <${Choice}
      name="alarm_type"
      label=${t("problem.field.alarm_type")}
      optional
      chosen=${type}
      hint=${type ? t("problem.field.type_hint") : ""}
      options=${/** @type {[string, string][]} */ ([["", t("problem.field.no_type")], ...alarmTypes()])}
      onChoose=${setType}
    />
    <${There} type=${type} faults=${faults} board=${board} />
    <${Links} offer=${offer} />
    <${Lines} name="why" />
    <${Responsible} />
  <//>`;
}

/** What there is of that fault at these sites: a problem that stands, and the faults that a new one is behind.
 * @param {{type: string, faults: FaultsThere|null, board: any}} props */
function There({ type, faults, board }) {
  if (!type) return null;
  if (!faults) return html`<p class="muted dense">${t("problem.looking")}</p>`;
  const [other] = faults.problems;
  if (other)
    return html`<p class="notice" role="status">
      <a href=${searchOf({ view: "problems", id: other.id })}>${t("problem.is_there", { id: other.id, title: problemTitle(other, board) })}</a>
    </p>`;
  if (!faults.items.length) return html`<p class="muted dense">${t("problem.no_faults_there")}</p>`;
  return html`<p>
    <label class="check">
      <input type="checkbox" name="link" value="yes" defaultChecked />
      ${t("problem.faults_there", { n: faults.items.length })}
      ${faults.complaints > 0 && html`<span class="muted">${t("problem.with_complaints", { n: faults.complaints })}</span>`}
    </label>
  </p>`;
}

/** @param {{offer: Offer}} props */
function Links({ offer }) {
  const links = [...(offer.tickets ?? []), ...(offer.incidents ?? [])];
  if (!links.length) return null;
  const what = links.length > 6 ? `${links.slice(0, 5).join(t("list.comma"))} … (${links.length})` : links.join(t("list.comma"));
  return html`<p class="muted dense">${t("problem.links_n", { n: links.length, what })}</p>`;
}

/** @param {{board: any, one: Problem, onClose: () => void}} props */
export function EditProblem({ board, one, onClose }) {
  const asRead = useVersion(pathOf(one), one.version);
  /** @param {Fields} fields */
  const submit = async ({ title, sites, why, responsible, cause, workaround }) => {
    const said = { title, sites: named(sites ?? ""), why, responsible, cause, workaround };
    board.apply("problem", await asRead((version) => post(pathOf(one), { ...said, version })));
    say({ text: t("problem.kept", { id: one.id }) });
  };
  return html`<${FormDialog} title=${t("problem.edit_title", { id: one.id })} action=${t("problem.keep")} onClose=${onClose} onSubmit=${submit} wide>
    <div class="form-line">
      <${Field} name="title" label=${t("problem.field.title")}>
        <input id="field-title" name="title" defaultValue=${one.title} placeholder=${problemTitle(one, board)} required=${!one.shares} maxlength="200" autocomplete="off" />
      <//>
    </div>
    <${Field} name="sites" label=${t("problem.field.sites")}>
      <input id="field-sites" name="sites" defaultValue=${one.sites.join("; ")} required autocomplete="off" />
    <//>
    <${Responsible} chosen=${one.responsible ?? ""} />
    <${Lines} name="why" text=${one.why} />
    <${Lines} name="cause" text=${one.cause} required=${one.state === "known_error"} />
    <${Lines} name="workaround" text=${one.workaround} required=${one.state === "known_error"} />
  <//>`;
}

/** To another state, with what has to be said for it.
 * @param {{board: any, one: Problem, to: ProblemState, onClose: () => void}} props */
export function MoveProblem({ board, one, to, onClose }) {
  const asRead = useVersion(pathOf(one), one.version);
  /** @param {Fields} fields */
  const submit = async (fields) => {
    const moved = await asRead((version) => post(`${pathOf(one)}/transitions`, { ...fields, to, version }));
    board.apply("problem", moved);
    say({ text: t("problem.moved", { id: one.id, state: t(`problem.${moved.state}`) }) });
  };
  const name = moveName(one, to);
  const kept = /** @type {Record<string, string>} */ ({ cause: one.cause, workaround: one.workaround });
  return html`<${FormDialog} title=${t(`problem.move.${name}`, { id: one.id })} action=${t(`problem.do.${name}`)} onClose=${onClose} onSubmit=${submit}>
    ${SAID[to].map((what) => html`<${Lines} key=${what} name=${what} text=${kept[what]} required />`)}
  <//>`;
}

/** @param {{board: any, one: Problem, onClose: () => void}} props */
export function NoteProblem({ board, one, onClose }) {
  /** @param {Fields} fields */
  const submit = async ({ text }) => board.apply("problem", await post(`${pathOf(one)}/comment`, { text }));
  return html`<${FormDialog} title=${t("problem.comment_title", { id: one.id })} action=${t("problem.comment")} onClose=${onClose} onSubmit=${submit}>
    <${Field} name="text" label=${t("problem.comment")}><textarea id="field-text" name="text" rows="3" required maxlength="2000"></textarea><//>
  <//>`;
}

/** @param {{board: any, one: Problem, onClose: () => void}} props */
export function LinkFaults({ board, one, onClose }) {
  /** @param {Fields} fields */
  const submit = async ({ ids }) => linkTo(one, linksOf(named(ids ?? "")), board);
  return html`<${FormDialog} title=${t("problem.link_title", { id: one.id })} action=${t("problem.link")} onClose=${onClose} onSubmit=${submit}>
    <${Field} name="ids" label=${t("problem.link_ids")}><input id="field-ids" name="ids" required autocomplete="off" /><//>
  <//>`;
}

/** Links faults, or takes them out; says so, and how to take that back. Throws what the server says against it.
 * @param {Problem} one
 * @param {{tickets?: string[], incidents?: string[]}} faults
 * @param {any} board
 * @param {"link"|"unlink"} [how] */
export async function linkTo(one, faults, board, how = "link") {
  board.apply("problem", await post(`${pathOf(one)}/${how}`, faults));
  const what = [...(faults.tickets ?? []), ...(faults.incidents ?? [])].join(t("list.comma"));
  const back = how === "link" ? "unlink" : "link";
  say({ text: t(`problem.${how}ed`, { what, id: one.id }), undo: () => void linkTo(one, faults, board, back).catch(sayRefusal) });
}

/** @param {{name: string, text?: string, required?: boolean}} props */
function Lines({ name, text = "", required = false }) {
  return html`<div class="form-line">
    <${Field} name=${name} label=${t(`problem.field.${name}`)}>
      <textarea id=${`field-${name}`} name=${name} rows="2" required=${required} maxlength="2000" defaultValue=${text}></textarea>
    <//>
  </div>`;
}

/** @param {{chosen?: string}} props */
function Responsible({ chosen = "" }) {
  const options = peopleOptions(useChoices().choices, chosen, t("problem.field.nobody"));
  return html`<${Choice} name="responsible" label=${t("problem.field.responsible")} optional chosen=${chosen} options=${options} />`;
}
