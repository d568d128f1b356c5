/**
 * The tenants' face: who is there, the sentence that matters, and what concerns their own sites.
 */

import { html, render, useEffect } from "/vendor/preact.js";
import { signOut } from "/shared/lib/api.js";
import { useHash, useLang, useTick } from "/shared/lib/hooks.js";
import { register, t } from "/shared/lib/i18n.js";
import { clock, duration, now, startBeat } from "/shared/lib/time.js";
import { applyTheme } from "../parts/hooks.js";
import { listenForKeys } from "../parts/keys.js";
import { Nothing } from "../parts/marks.js";
import { sayRefusal, Toasts } from "../parts/toasts.js";
import { Preferences } from "../parts/top_side.js";
import { useSession } from "../parts/use_session.js";
import { headline } from "../state/tenant.js";
import { en } from "../words/en.js";
import { tenant as tenantEn } from "../words/en/tenant.js";
import { zh } from "../words/zh.js";
import { tenant as tenantZh } from "../words/zh/tenant.js";
import { Figures } from "./figures.js";
import { Now } from "./now.js";
import { usePicture } from "./picture.js";
import { Reports } from "./reports.js";
import { Sites } from "./sites.js";
import { Tickets } from "./tickets.js";

/** @typedef {import("/shared/lib/api.js").Session} Session */
/** @typedef {import("../state/shapes_tenant.js").Picture} Picture */
/** @typedef {{picture: Picture, look: () => Promise<void>, detail: string}} PartProps */

const STALE_MS = 60_000;
const PARTS = /** @type {Record<string, (props: PartProps) => unknown>} */ ({
  now: Now,
  sites: Sites,
  reports: Reports,
  tickets: Tickets,
  figures: Figures,
});

function Start() {
  useLang();
  const [who, door] = useSession(t("title.tenant"));
  useEffect(() => void (document.title = t("title.tenant")));
  if (!who) return door;
  if (!who.permissions.includes("view_own_equipment") || !who.user.tenant)
    return html`<main>
      <h1 class="visually-hidden">${t("title.tenant")}</h1>
      <${Nothing} title=${t("refused.tenant")}><a class="button" href="/">${t("open_console")}</a><//>
    </main>`;
  return html`<${App} session=${who} />`;
}

/** @param {{session: Session}} props */
function App({ session: who }) {
  const { part, detail } = usePart();
  const { data: picture, at: asOf, problem, again: look } = usePicture();
  const time = useTick();
  const isOld = asOf !== null && time - asOf > STALE_MS;
  const Part = PARTS[part];
  return html`<div class="tenant">
    <header class="tenant-top">
      <h1 class="tenant-urgent">${picture ? sentence(picture) : t("loading")}</h1>
      <div class="top-side">
        ${isOld && html`<span class="live live-stale" role="status">▲ ${t("tenant.old", { time: duration((now() - asOf) / 1000) })}</span>`}
        <${Preferences} />
        <span class="top-user" title=${who.user.name}>${who.user.tenant}</span>
        <button class="button button-quiet" onClick=${() => void signOut().catch(sayRefusal)}>${t("sign_out")}</button>
      </div>
    </header>
    <nav class="tenant-parts" aria-label=${t("views")}>
      ${Object.keys(PARTS).map(
        (name) =>
          html`<a key=${name} href=${`#${name}`} aria-current=${name === part ? "page" : undefined}>
            ${t(`tenant.part.${name}`)} ${picture && html`<span class="tenant-count">${countOf(name, picture)}</span>`}
          </a>`,
      )}
    </nav>
    <main class=${`tenant-main${isOld ? " stale" : ""}`}>
      ${problem && html`<p class="notice notice-refused" role="alert">${problem}</p>`}
      ${picture ? html`<${Part} picture=${picture} look=${look} detail=${detail} />` : !problem && html`<${Nothing} title=${t("loading")} />`}
    </main>
    <${Toasts} />
  </div>`;
}

/** The headline in words, each clause a sentence.
 * @param {Picture} picture */
function sentence(picture) {
  const said = headline(picture, now()).map(({ key, n, at, zone }) => t(key, { n, at: clock(at, zone) }));
  return said.reduce((one, other) => t("tenant.both", { one, other }));
}

/** What waits in a part; nothing where nothing does.
 * @param {string} part
 * @param {Picture} picture */
function countOf(part, { sites, reports, tickets }) {
  const counts = /** @type {Record<string, number>} */ ({
    sites: sites.total,
    reports: reports.filter(({ state }) => state !== "closed").length,
    tickets: tickets.filter((one) => one.waits_for_you).length,
  });
  return counts[part] || "";
}

/** Where one is: `#sites/S1`. @returns {{part: string, detail: string}} */
function usePart() {
  const [part = "", ...rest] = useHash();
  return { part: part in PARTS ? part : "now", detail: rest.join("/") };
}

register({ zh: { ...zh, ...tenantZh }, en: { ...en, ...tenantEn } });
applyTheme();
startBeat();
listenForKeys();
render(html`<${Start} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
