/** Who is near and on duty, nearest first, one tap from a call; and the area manager. */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { duration, since } from "/shared/lib/time.js";
import { PersonRow } from "../parts/person.js";
import { Thumb } from "../parts/thumb.js";

/** @param {{work: import("../work.js").Work}} props */
export function TeamPage({ work }) {
  const team = work.day?.team ?? [];
  const manager = work.day?.person.manager;
  return html`<main class="page">
    <h1 class="visually-hidden">${t("help.team")}</h1>
    <ul class="rows">
      ${manager && html`<${PersonRow} name=${manager.name} phone=${manager.phone} about=${t("team.manager")} />`}
      ${team.map(
        (mate) => html`<${PersonRow} key=${mate.id} name=${mate.name} phone=${mate.phone}
          about=${t(mate.busy ? "team.busy" : "team.free", { km: mate.km.toFixed(1), age: duration(since(mate.position_at)) })} />`,
      )}
    </ul>
    ${team.length === 0 && html`<p class="notice">${t("team.none")}</p>`}
    <${Thumb}><a class="button button-thumb" href="#">${t("do.back")}</a><//>
  </main>`;
}
