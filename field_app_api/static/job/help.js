/** What helps: what is known of a fault that comes back, first steps and parts from the catalogue, colleagues on the same
 * job, and somebody who knows more. */

import { html } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { relative } from "/shared/lib/time.js";
import { PersonRow } from "../parts/person.js";

/** @typedef {import("../types.js").ShownOrder} ShownOrder */

/** How service comes back until the cause is gone, and who says so. @param {{order: ShownOrder}} props */
export function KnownErrors({ order }) {
  const known = order.known_errors ?? [];
  if (known.length === 0) return null;
  return html`<section>
    <h2>${t("known.title")}</h2>
    ${known.map(
      (one) => html`<article class="asked" key=${one.problem}>
        <p class="known-workaround">${one.workaround}</p>
        <p class="muted">${t("known.cause", { cause: one.cause })}</p>
        <p class="muted">${[one.problem, one.by, one.at && relative(one.at, order.time_zone)].filter(Boolean).join(" · ")}</p>
      </article>`,
    )}
  </section>`;
}

/** @param {{order: ShownOrder}} props */
export function FirstSteps({ order }) {
  const steps = order.first_steps[lang()];
  const parts = order.parts?.[lang()] ?? [];
  if (steps.length + parts.length === 0) return null;
  return html`<section>
    <h2>${t("help.steps")}</h2>
    <ol class="steps">${steps.map((step) => html`<li key=${step}>${step}</li>`)}</ol>
    ${parts.length > 0 && html`<p><span class="muted">${t("help.parts")}</span> ${parts.join(t("list.comma"))}</p>`}
  </section>`;
}

/** @param {{order: ShownOrder}} props */
export function People({ order }) {
  const customer = order.customer;
  const questions = order.questions ?? [];
  return html`<section>
    <h2>${t("help.people")}</h2>
    <ul class="rows">
      ${customer?.phone && html`<${PersonRow} name=${customer.name ?? t("help.customer")} phone=${customer.phone} about=${customer.address ?? t("help.customer")} />`}
      ${(order.mates ?? []).map((mate) => html`<${PersonRow} key=${mate.id} ...${mate} about=${t("help.mate")} />`)}
    </ul>
    ${questions.map((question) => html`<${Asked} key=${question.id} question=${question} zone=${order.time_zone} />`)}
    <nav class="pair">
      <a class="button" href=${`#${order.id}/question`}>${t("help.ask")}</a>
      <a class="button" href="#/team">${t("help.team")}</a>
    </nav>
  </section>`;
}

/** @param {{question: import("../types.js").Question, zone: string | null}} props */
export function Asked({ question, zone }) {
  return html`<article class="asked">
    <p>${question.text} <span class="muted">${question.by} ${relative(question.at, zone)}</span></p>
    ${question.answers.length === 0 && html`<p class="muted">${t("help.no_answer")}</p>`}
    ${question.answers.map(
      (answer) => html`<p class="answer" key=${answer.at}>${answer.text} <span class="muted">${answer.by} ${relative(answer.at, zone)}</span></p>`,
    )}
  </article>`;
}
