/**
 * What closed faults alike before: the causes by how often, then the tickets, the same site's first.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { duration } from "/shared/lib/time.js";
import { Time } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { searchOf } from "../state/route.js";
import { SiteLink } from "./site_link.js";

/** @typedef {import("../state/shapes_knowledge.js").Similar} Similar */
/** @typedef {import("../state/shapes_knowledge.js").SimilarFault} SimilarFault */

const CAUSES = 4;
const FIRST = 3;

/** @param {{incident: string}} props */
export function SimilarFaults({ incident }) {
  const [all, setAll] = useState(false);
  const { data } = useFetched("/api/v1/similar", { params: { incident } });
  const found = /** @type {Similar|null} */ (data);
  if (!found?.items.length) return null;
  const here = found.items.filter((one) => one.same_site).length;
  return html`<section aria-label=${t("similar.title")}>
    <div class="section-head">
      <h3>${t("similar.title")}</h3>
      <span class="muted dense">${t("similar.looked_at", { n: found.looked_at })}${here > 0 && ` · ${t("similar.here", { n: here })}`}</span>
    </div>
    <ul class="similar-causes">
      ${found.causes.slice(0, CAUSES).map(
        ({ cause, count }) =>
          html`<li key=${cause}><span class="number">${count}</span> <span>${cause}</span></li>`,
      )}
    </ul>
    <ul class="list similar">
      ${found.items.slice(0, all ? undefined : FIRST).map((one) => html`<${Fault} key=${one.id} one=${one} />`)}
    </ul>
    ${
      !all &&
      found.items.length > FIRST &&
      html`<button class="text-link dense" onClick=${() => setAll(true)}>${t("similar.all", { n: found.items.length })}</button>`
    }
  </section>`;
}

/** @param {{one: SimilarFault}} props */
function Fault({ one }) {
  return html`<li>
    <p>
      <a href=${searchOf({ view: "tickets", id: one.ticket })}>${one.ticket}</a>${" "}
      <span class=${one.same_site ? "similar-here" : "muted"}>
        ${one.same_site ? t("similar.same_site") : html`<${SiteLink} id=${one.site} name=${one.site_name} />`}
      </span>
      <span class="muted"> · <${Time} as="ago" at=${one.closed_at} /> · ${t("similar.took", { time: duration(one.minutes * 60) })}</span>
    </p>
    <p>${one.cause} <span class="muted">→ ${one.result}</span></p>
  </li>`;
}
