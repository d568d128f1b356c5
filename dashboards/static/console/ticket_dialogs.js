/**
 * The questions before a ticket is changed, one or many at once; each says what is meant as the mass update takes it.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useFetched } from "../parts/use_fetched.js";
import { reasonLabel } from "../words/hold.js";
import { partiesWith, partyWords } from "../words/party.js";
import { reasonWords } from "../words/reasons.js";
import { groupWord, peopleOptions, useChoices } from "./ticket_choices.js";
import { TenantsWord } from "./ticket_tenants.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */
/** @typedef {import("../state/shapes_board.js").Choices} Choices */

/**
 * @typedef {object} Question
 * @property {Ticket[]} tickets
 * @property {Choices|null} [choices]  fetched where they are not given
 * @property {any} board
 * @property {() => void} onClose
 * @property {(what: object) => Promise<unknown>} onChange
 */

const HOLD_HOURS = [1, 2, 4, 8, 24, 48, 72];
const PRIORITIES = [1, 2, 3, 4];
const HOUR = 3_600_000;

/** One by its id, several by their number.
 * @param {string} what
 * @param {Ticket[]} tickets */
function titleOf(what, tickets) {
  const [first] = tickets;
  return tickets.length === 1 ? t(`ask.${what}`, { id: first.id }) : t(`ask.${what}_n`, { n: tickets.length });
}

/** @param {Question} props */
export function AssignDialog({ tickets, choices, onClose, onChange }) {
  const { choices: known, problem } = useChoices(choices);
  const [first] = useState(tickets[0]); // what is given meanwhile does not take the place of what was picked
  return html`<${FormDialog}
    title=${titleOf("assign", tickets)}
    action=${t("bulk.assign")}
    awaiting=${!known}
    trouble=${problem}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ { person, group, note }) => onChange({ assign: { person, group, note } })}
  >
    <${Choice}
      name="person"
      label=${t("assign.person")}
      chosen=${first?.assignee ?? ""}
      options=${peopleOptions(known, first?.assignee, t("nobody"))}
      optional
    />
    <${Choice}
      name="group"
      label=${t("assign.group")}
      chosen=${first?.assigned_group ?? ""}
      options=${[["", t("assign.no_group")], ...(known?.groups ?? []).map((one) => [one.id, groupWord(one.id, known)])]}
      optional
    />
    <${Field} name="note" label=${t("assign.note")}><input id="field-note" name="note" maxlength="300" /><//>
  <//>`;
}

/** @param {Question} props */
export function PriorityDialog({ tickets, onClose, onChange }) {
  const options = /** @type {[string|number, string][]} */ (PRIORITIES.map((n) => [n, t("priority_n", { n })]));
  const [given, setGiven] = useState(String(tickets[0]?.priority ?? 3));
  return html`<${FormDialog}
    title=${titleOf("priority", tickets)}
    action=${t("bulk.priority")}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ { priority, reason }) =>
      onChange({ priority: { priority: priority ? Number(priority) : null, reason } })}
  >
    <${Choice}
      name="priority"
      label=${t("column.priority")}
      chosen=${given}
      options=${[...options, ["", t("priority.by_itself")]]}
      onChoose=${setGiven}
      optional
    />
    <${Field} name="reason" label=${t("reason")}>
      <input id="field-reason" name="reason" required=${given !== ""} maxlength="300" />
    <//>
  <//>`;
}

/** @param {Question} props */
export function CommentDialog({ tickets, onClose, onChange }) {
  return html`<${FormDialog}
    title=${titleOf("comment", tickets)}
    action=${t("bulk.comment")}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ { text }) => onChange({ comment: { text } })}
  >
    <${Field} name="text" label=${t("alarm.comment_text")}>
      <textarea id="field-text" name="text" rows="4" required maxlength="2000"></textarea>
    <//>
  <//>`;
}

/** Under which ticket these stand, and whether they move as it does.
 * @param {Question} props */
export function ParentDialog({ tickets, board, onClose, onChange }) {
  const own = new Set(tickets.map((one) => one.id));
  const others = /** @type {Ticket[]} */ ([...board.items("ticket").values()].filter((/** @type {Ticket} */ one) => !own.has(one.id)));
  const has = tickets.some((one) => one.parent);
  return html`<${FormDialog}
    title=${titleOf("parent", tickets)}
    action=${t("bulk.parent")}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ { parent, follows }) =>
      onChange({ parent: { parent: (parent ?? "").trim().split(" ")[0], follows: follows === "on" } })}
  >
    <${Field} name="parent" label=${t("parent.which")}>
      <input id="field-parent" name="parent" list="parents" required=${!has} maxlength="100" defaultValue=${tickets[0]?.parent ?? ""} autocomplete="off" />
      <datalist id="parents">
        ${others.slice(0, 500).map((one) => html`<option value=${one.id}>${one.title} ${one.site_name ?? ""}</option>`)}
      </datalist>
      ${has && html`<p class="muted dense">${t("parent.none_hint")}</p>`}
    <//>
    <label class="check"><input type="checkbox" name="follows" defaultChecked /> ${t("parent.follows")}</label>
    <p class="muted dense">${t("parent.hint")}</p>
  <//>`;
}

/** Why, and until when at the latest: no longer than policy lets the clocks stand still for that reason.
 * @param {Question} props */
export function HoldDialog({ tickets, choices, onClose, onChange }) {
  const { choices: known, problem } = useChoices(choices);
  const reasons = known?.reasons ?? [];
  const [why, setWhy] = useState("");
  const reason = reasons.find((one) => one.id === why) ?? reasons[0];
  const hours = HOLD_HOURS.filter((n) => !reason || n <= reason.most_hours);
  return html`<${FormDialog}
    title=${titleOf("hold", tickets)}
    action=${t("ticket.do.held")}
    awaiting=${!known}
    trouble=${problem}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ fields) =>
      onChange({
        transition: {
          to: "held",
          reason: [fields.why, fields.note].filter(Boolean).join(": "),
          until: new Date(now() + Number(fields.hours) * HOUR).toISOString(),
        },
      })}
  >
    <${Choice}
      name="why"
      label=${t("hold.reason")}
      options=${known ? [...reasons.map((one) => [one.id, reasonLabel(one)]), ["other", t("hold.other")]] : []}
      onChoose=${setWhy}
    />
    ${reason && why !== "other" && html`<p class="muted dense">${t("hold.clocks", { clocks: reason.clocks.map((one) => t(`clock.${one}`)).join(t("comma")) })}</p>`}
    <${Choice} name="hours" label=${t("hold.for")} options=${hours.map((n) => [n, t("hours_n", { n })])} />
    <${Field} name="note" label=${t("hold.note")}>
      <input id="field-note" name="note" maxlength="300" required=${why === "other"} />
    <//>
  <//>`;
}

/** What was wrong, what was done, whose fault; what closed similar faults is a click away.
 * @param {Question} props */
export function CloseDialog({ tickets, board, onClose, onChange }) {
  const [ticket] = tickets;
  const one = tickets.length === 1 ? ticket : undefined;
  const { data } = useFetched(one?.incident ? "/api/v1/similar" : "", { params: { incident: one?.incident } });
  const [cause, setCause] = useState(one?.cause ?? "");
  const [proposed] = useState(one?.proposed_party ?? "");
  const causes = causesOf(/** @type {any} */ (data));
  return html`<${FormDialog}
    title=${titleOf("close", tickets)}
    action=${t("ticket.do.closed")}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ fields) => onChange({ transition: { to: "closed", ...fields } })}
  >
    ${one && html`<${TenantsWord} ticket=${one} board=${board} />`}
    <${Field} name="cause" label=${t("close.cause")}>
      <input
        id="field-cause"
        name="cause"
        value=${cause}
        required
        maxlength="300"
        onInput=${(/** @type {InputEvent} */ event) => setCause(/** @type {HTMLInputElement} */ (event.target).value)}
      />
      ${
        causes.length > 0 &&
        html`<p class="suggestions dense">
          <span class="muted">${t("close.similar")}</span>
          ${causes.map(
            (known) =>
              html`<button key=${known.cause} type="button" class="chip" onClick=${() => setCause(known.cause)}>
                ${known.cause} <span class="chip-count">${known.count}×</span>
              </button>`,
          )}
        </p>`
      }
    <//>
    <${Field} name="result" label=${t("close.result")}>
      <textarea id="field-result" name="result" defaultValue=${one?.result ?? ""} required maxlength="1000" rows="3" aria-describedby="result-hint"></textarea>
      <p id="result-hint" class="muted dense">${t("close.result_hint")}</p>
    <//>
    <${Choice}
      name="responsible_party"
      label=${t("close.party")}
      options=${partiesWith(proposed).map((party) => [party, partyWords(party)])}
      chosen=${proposed}
      hint=${one && proposed ? t("close.party_hint", { reason: reasonWords(one.proposed_party_reason) }) : ""}
    />
  <//>`;
}

/** @param {{causes?: {cause: string, count: number}[] | Record<string, number>}|null} similar
 * @returns {{cause: string, count: number}[]} */
function causesOf(similar) {
  const causes = similar?.causes ?? [];
  const listed = Array.isArray(causes) ? causes : Object.entries(causes).map(([cause, count]) => ({ cause, count }));
  return listed.slice(0, 5);
}
