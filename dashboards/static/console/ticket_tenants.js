/**
 * What a ticket's tenants say: whether a generator may run at their site, and whether the fault is mended as they see it.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useKeys } from "../parts/keys.js";
import { Time } from "../parts/marks.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { isEnded } from "../state/tickets.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */
/** @typedef {import("../state/shapes_tenant.js").Consent & {tenant: string, asked_by: string}} Consent */
/** @typedef {{id: string, ticket: string, tenant: string, agreed: boolean, reason: string, at: string, by: string, version: number}} Agreement */

const ANSWER_MINUTES = [30, 60, 120, 240, 480];

/** What tenants say of how it was ended; an objection stands out, so that nobody archives over it.
 * @param {{ticket: Ticket, board: any}} props */
export function TenantsWord({ ticket, board }) {
  const { items } = useWords("agreements", "agreement", ticket.id, board);
  const said = /** @type {Agreement[]} */ (items).sort((one, other) => Number(one.agreed) - Number(other.agreed));
  return said.map(
    ({ id, agreed, tenant, reason, at, by }) =>
      html`<p key=${id} class=${agreed ? "dense" : "notice notice-refused"}>
        ${agreed ? `✓ ${t("agreement.agreed", { tenant })}` : `▲ ${t("agreement.objects", { tenant, reason })}`}
        <span class="muted"> ${by} <${Time} as="ago" at=${at} zone=${ticket.time_zone} /></span>
      </p>`,
  );
}

/** Which tenants were asked for their consent to a generator, and what they answered; asks another one.
 * @param {{ticket: Ticket, sites: {id: string, name: string}[], board: any, may: (permission: string) => boolean}} props */
export function Consents({ ticket, sites, board, may }) {
  const [asking, setAsking] = useState(false);
  const { items, again } = useWords("consents", "consent", ticket.id, board);
  const mayAsk = may("manage_tickets") && !isEnded(ticket) && sites.length > 0;
  useKeys(mayAsk ? [{ keys: "q", label: "consent.ask", run: () => setAsking(true) }] : []);
  if (!items.length && !mayAsk) return null;
  return html`<section aria-label=${t("consent.title")}>
    <div class="section-head">
      <h3>${t("consent.title")}</h3>
      ${
        mayAsk &&
        html`<button class="button button-small button-quiet" onClick=${() => setAsking(true)}>${t("consent.ask")} <kbd>q</kbd></button>`
      }
    </div>
    <ul class="list">
      ${items.map((/** @type {Consent} */ one) => html`<${Line} key=${one.id} consent=${one} mayWithdraw=${may("manage_tickets")} onDone=${again} />`)}
    </ul>
    ${asking && html`<${AskDialog} ticket=${ticket} sites=${sites} onClose=${() => setAsking(false)} onDone=${again} />`}
  </section>`;
}

/** @param {{consent: Consent, mayWithdraw: boolean, onDone: () => unknown}} props */
function Line({ consent, mayWithdraw, onDone }) {
  const { id, state, tenant, site, site_name, time_zone: zone, answer_by, answered_at, answer_text, version } = consent;
  const withdraw = async () => {
    await post(`/api/v1/consents/${encodeURIComponent(id)}/withdraw`, { version });
    await onDone();
  };
  const waits = state === "asked";
  return html`<li>
    ${tenant} · ${site_name ?? site}${" "}
    <span class=${state === "refused" ? "word-major" : waits ? "" : "muted"}>
      ${state === "refused" ? "▲ " : state === "granted" ? "✓ " : ""}${t(`consent.${state}`)}</span
    >
    <span class="muted"> <${Time} at=${waits ? answer_by : answered_at} zone=${zone} /> ${answer_text}</span>
    ${
      waits &&
      mayWithdraw &&
      html`<button class="button button-small button-quiet" onClick=${() => void withdraw().catch(sayRefusal)}>${t("consent.withdraw")}</button>`
    }
  </li>`;
}

/** @param {{ticket: Ticket, sites: {id: string, name: string}[], onClose: () => void, onDone: () => unknown}} props */
function AskDialog({ ticket, sites, onClose, onDone }) {
  const [site, setSite] = useState(sites[0]?.id ?? "");
  const { data, problem } = useFetched(`/api/v1/sites/${encodeURIComponent(site)}`);
  const tenants = /** @type {{tenants: string[]}|null} */ (data)?.tenants ?? [];
  /** @param {Record<string, string>} fields */
  const submit = async ({ tenant, text, minutes }) => {
    const given = { tenant, site, text, answer_minutes: Number(minutes) };
    await post(`/api/v1/tickets/${encodeURIComponent(ticket.id)}/consents`, given);
    say({ text: t("consent.done", { tenant: tenant ?? "" }) });
    await onDone();
  };
  return html`<${FormDialog} title=${t("consent.ask_title", { id: ticket.id })} action=${t("consent.ask")} awaiting=${!data} trouble=${problem} onClose=${onClose} onSubmit=${submit}>
    <p class="muted">${t("consent.means")}</p>
    <${Choice} name="site" label=${t("column.site")} options=${sites.map(({ id, name }) => [id, name])} onChoose=${setSite} />
    <${Choice} name="tenant" label=${t("consent.tenant")} options=${tenants.map((one) => [one, one])} />
    <${Choice} name="minutes" label=${t("consent.answer_within")} chosen="120" options=${ANSWER_MINUTES.map((n) => [n, t("minutes_n", { n })])} />
    <${Field} name="text" label=${t("consent.text")}><textarea id="field-text" name="text" rows="2" maxlength="2000"></textarea><//>
  <//>`;
}

/** What was said of a ticket, fetched anew when the feed has more of it.
 * @param {string} what  of the ticket's address
 * @param {string} topic  of the board
 * @param {string} ticket
 * @param {any} board */
function useWords(what, topic, ticket, board) {
  const mine = [...board.items(topic).values()].filter((one) => one.ticket === ticket);
  const on = mine.map((one) => `${one.id}/${one.version}`).join();
  const { data, again } = useFetched(`/api/v1/tickets/${encodeURIComponent(ticket)}/${what}`, { on });
  return { items: [.../** @type {{items: any[]}|null} */ (data)?.items ?? []], again };
}
