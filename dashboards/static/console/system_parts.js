/**
 * The parts of the system as tables: services, collectors, change feeds, database; each says whether it is well.
 */

import { html } from "/vendor/preact.js";
import { has, t } from "/shared/lib/i18n.js";
import { duration } from "/shared/lib/time.js";
import { Countdown } from "../parts/marks.js";
import { TableHead } from "../parts/table_head.js";

/** @typedef {import("../state/shapes_shift.js").SystemState} SystemState */

const MIB = 1024 * 1024;

/** @param {{services: SystemState["services"]}} props */
export function Services({ services }) {
  return html`<${Part} title=${t("system.services")} columns=${["service", "state", "memory"]}>
    ${services.map(
      ({ id, state, checks, figures }) =>
        html`<tr key=${id}>
          <td>${serviceName(id)} <span class="muted">${id}</span></td>
          <td>
            <${Well} well=${state === "well"} words=${t(state === "well" ? "system.service_well" : `system.${state}`)} />
            ${Object.entries(checks).filter(([, said]) => said !== "ok").map(([name, said]) => html`<p class="muted">${name}: ${said}</p>`)}
          </td>
          <td class="number">${figures.process_resident_memory_bytes ? `${Math.round(figures.process_resident_memory_bytes / MIB)} MiB` : "–"}</td>
        </tr>`,
    )}
  <//>`;
}

/** @param {{collectors: SystemState["collectors"]}} props */
export function Collectors({ collectors }) {
  return html`<${Part} title=${t("system.collectors")} columns=${["collector", "heard", "spool", "lag", "dropped", "refused"]}>
    ${collectors.map(
      (one) =>
        html`<tr key=${one.id}>
          <td>${one.id}</td>
          <td>${one.heard_at ? html`<${Countdown} at=${one.heard_at} />` : html`<span class="muted">${t("system.nothing_heard")}</span>`}</td>
          <td class="number">${known(one.spool_events)}</td>
          <td class="number">${one.lag_seconds === null ? "–" : duration(one.lag_seconds)}</td>
          <td class="number">${one.dropped ? html`<span class="word-critical">◆ ${one.dropped}</span>` : known(one.dropped)}</td>
          <td class="number">${known(one.refused)}</td>
        </tr>`,
    )}
  <//>`;
}

/** @param {{feeds: SystemState["feeds"]}} props */
export function Feeds({ feeds }) {
  return html`<${Part} title=${t("system.feeds")} columns=${["feed_from", "feed_to", "behind"]}>
    ${feeds.map(
      ({ publisher, consumer, behind }) =>
        html`<tr key=${`${publisher}/${consumer}`}>
          <td>${serviceName(publisher)}</td>
          <td>${serviceName(consumer)}</td>
          <td class="number">${behind}</td>
        </tr>`,
    )}
  <//>`;
}

/** @param {{database: SystemState["database"], live: SystemState["live"]}} props */
export function Database({ database, live }) {
  const facts = [
    ["size", `${Math.round(database.size_bytes / MIB)} MiB`],
    ["connections", database.connections],
    ["transaction", duration(database.oldest_transaction_seconds)],
    ["extension", database.extension ?? t("system.no_extension")],
    ["pages", live.pages],
  ];
  return html`<section>
    <h3>${t("system.database")}</h3>
    <dl class="facts facts-wide">
      ${facts.map(([name, value]) => html`<div><dt>${t(`system.${name}`)}</dt><dd>${value}</dd></div>`)}
    </dl>
  </section>`;
}

const NUMBERS = ["memory", "spool", "lag", "dropped", "refused", "behind"];

/** @param {{title: string, columns: string[], children?: unknown}} props */
function Part({ title, columns, children }) {
  return html`<section>
    <h3>${title}</h3>
    <table class="table">
      <${TableHead} columns=${columns} numbers=${NUMBERS} />
      <tbody>
        ${children}
      </tbody>
    </table>
  </section>`;
}

/** @param {{well: boolean, words: string}} props */
function Well({ well, words }) {
  return html`<span class=${well ? "" : "word-critical"}>${well ? "✓" : "◆"} ${words}</span>`;
}

/** @param {number|null} value */
function known(value) {
  return value === null ? html`<span class="muted">–</span>` : value;
}

/** @param {string} id */
export function serviceName(id) {
  return has(`service.${id}`) ? t(`service.${id}`) : id;
}
