/**
 * Which sites want a generator and by when, who brings which, and which machines are to be fetched.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { relative } from "/shared/lib/time.js";
import { Time } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { DueMark } from "./ticket_row.js";

/**
 * @typedef {object} Wanted
 * @property {string} id
 * @property {string} site
 * @property {string} site_name
 * @property {string|null} site_down_at
 * @property {number} kva
 * @property {{id: string, technician: string, state: string, planned_arrival_at: string, in_time: boolean}|null} order
 * @property {{technician: string, name?: string, arrive?: string, minutes?: number, in_time: boolean, why_not?: unknown}[]} options
 * @property {number} in_time
 * @property {string|null} missing
 */

const EVERY_MS = 30_000;

/** @param {{board: any, onChoose: (id: string) => void}} props */
export function GeneratorPanel({ board, onChoose }) {
  const wanted = useFetched("/api/v1/generator-needs", { everyMs: EVERY_MS });
  const left = useFetched("/api/v1/generators", { params: { to_fetch: true }, everyMs: EVERY_MS });
  const needs = /** @type {{items: Wanted[]}|null} */ (wanted.data)?.items ?? [];
  const machines = /** @type {{items: {id: string, site: string|null, site_name?: string|null, kva: number}[]}|null} */ (left.data)?.items ?? [];
  const nameOf = (/** @type {string} */ id) => board.items("technician").get(id)?.name ?? id;
  return html`<article class="board-detail">
    <h2>${t("generators.title")}</h2>
    ${!wanted.data && !wanted.problem && html`<p class="muted">${t("loading")}</p>`}
    ${wanted.problem && html`<p class="muted">${wanted.problem}</p>`}
    ${wanted.data && !needs.length && html`<p class="muted">${t("empty.generators")}</p>`}
    <ul class="list panel-list">
      ${needs.map(
        (need) =>
          html`<li key=${need.id}>
            <p>
              <button class="text-link" onClick=${() => onChoose(need.order?.id ?? need.id)}>${need.site_name || need.site}</button>
              <span class="muted"> ${t("generators.kva", { n: Math.round(need.kva) })}</span>
            </p>
            <p><${DueMark} due=${need.site_down_at && { kind: "battery", at: need.site_down_at, paused: false }} zone=${null} /></p>
            ${
              need.order
                ? html`<p class=${need.order.in_time ? "muted" : "word-major"}>
                    ${t(need.order.in_time ? "generators.brings" : "generators.brings_late", { who: nameOf(need.order.technician) })}
                    ${" "}<${Time} at=${need.order.planned_arrival_at} />
                  </p>`
                : html`<p class="muted">${freeWords(need)}</p>`
            }
          </li>`,
      )}
    </ul>
    ${
      machines.length > 0 &&
      html`<h3>${t("generators.to_fetch", { n: machines.length })}</h3>
        <ul class="list">
          ${machines.map((one) => html`<li key=${one.id}>${one.id} <span class="muted">${one.site_name ?? one.site}</span></li>`)}
        </ul>`
    }
  </article>`;
}

/** Who could bring one first, or that nobody can.
 * @param {Wanted} need */
function freeWords({ options, in_time: inTime }) {
  const [first] = options;
  if (!first) return t("generators.nobody");
  const left = first.arrive ? relative(first.arrive) : t("minutes_n", { n: Math.round(first.minutes ?? 0) });
  return t(inTime ? "generators.could" : "generators.could_late", { n: options.length, who: first.name ?? first.technician, left });
}
