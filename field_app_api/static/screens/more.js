/** The rest: where else to go, and how this phone behaves: language, light, size, position, push, room, who is signed in. */

import { html, useEffect, useState } from "/vendor/preact.js";
import { lang, setLang, t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";
import { pushState, startPush, stopPush } from "../net/push.js";
import { setSharing, sharing } from "../net/sharing.js";
import { room } from "../net/storage.js";
import { Choice } from "../parts/fields.js";
import { setTextSize, setTheme, SIZES, textSize, theme, THEMES } from "../parts/preferences.js";
import { Thumb } from "../parts/thumb.js";
import { positionSentence } from "../parts/top.js";

/** @typedef {import("../work.js").Work} Work */

const PLACES = [
  ["#/map", "day.map"],
  ["#/team", "help.team"],
  ["#/questions", "questions.title"],
  ["#/waiting", "waiting.title"],
];

/** @param {{work: Work, onSignOut: () => Promise<void>}} props */
export function MorePage({ work, onSignOut }) {
  return html`<main class="page">
    <h1 class="visually-hidden">${t("top.more")}</h1>
    <ul class="rows">
      ${PLACES.map(
        ([href, words]) => html`<li key=${href}>
          <a class="row" href=${href}><span class="row-main">${t(words)}</span><span aria-hidden="true">›</span></a>
        </li>`,
      )}
    </ul>
    <${Looks} />
    <${Sharing} work=${work} />
    <${Push} account=${work.account} />
    <${Account} work=${work} onSignOut=${onSignOut} />
    <${Thumb}><a class="button button-thumb" href="#">${t("do.back")}</a><//>
  </main>`;
}

function Looks() {
  const [, redraw] = useState(0);
  /** @param {(value: string) => void} set */
  const choosing = (set) => (/** @type {string} */ value) => {
    set(value);
    redraw((count) => count + 1);
  };
  return html`<section>
    <${Choice} label=${t("more.language")} name="language" value=${lang()} options=${[["zh", "中文"], ["en", "English"]]}
      onChoice=${choosing((value) => setLang(/** @type {any} */ (value)))} />
    <${Choice} label=${t("more.theme")} name="theme" value=${theme()} onChoice=${choosing(setTheme)} options=${THEMES.map((one) => [one, t(`more.${one}`)])} />
    <${Choice} label=${t("more.size")} name="size" value=${textSize()} onChoice=${choosing(setTextSize)} options=${SIZES.map((one) => [one, `${one} %`])} />
  </section>`;
}

/** @param {{work: Work}} props */
function Sharing({ work }) {
  const [on, setOn] = useState(sharing());
  const { positions } = work;
  /** @param {string} value */
  const choose = (value) => {
    setSharing(value === "on");
    setOn(value === "on");
    if (work.day) work.show(work.day, work.asOf);
  };
  const days = work.day?.rules.positions_kept_days;
  return html`<section>
    <${Choice} label=${t("more.position")} name="position" value=${on ? "on" : "off"} onChoice=${choose}
      options=${[["on", t("more.share")], ["off", t("more.share_not")]]} />
    <p role="status">${positionSentence(work, Date.now())}</p>
    <p class="muted">${t("more.position_what")}${days ? ` ${t("more.position_days", { n: days })}` : ""}</p>
    ${positions.told.length > 0 && html`<p class="muted">${t("more.position_last")}</p>`}
    <ul class="story">
      ${positions.told.map((fix) => html`<li key=${fix.at}>
        <time class="muted">${clock(new Date(fix.at).toISOString())}</time> ${fix.latitude.toFixed(4)}, ${fix.longitude.toFixed(4)} ±${Math.round(fix.accuracy)} m
      </li>`)}
    </ul>
  </section>`;
}

/** @param {{account: string}} props */
function Push({ account }) {
  const [state, setState] = useState(/** @type {import("../net/push.js").PushState | "failed"} */ ("off"));
  useEffect(() => void pushState().then(setState), []);
  /** @param {string} value */
  const choose = (value) => void (value === "on" ? startPush(account) : stopPush(account)).then(setState, () => setState("failed"));
  return html`<section>
    ${state === "unsupported"
      ? html`<h2>${t("more.push")}</h2>`
      : html`<${Choice} label=${t("more.push")} name="push" value=${state === "on" ? "on" : "off"} onChoice=${choose}
          options=${[["on", t("more.push_on")], ["off", t("more.push_off")]]} />`}
    <p class="muted" role="status">${t(`push.${state}`)}</p>
  </section>`;
}

/** @param {{work: Work, onSignOut: () => Promise<void>}} props */
function Account({ work, onSignOut }) {
  const [kept, setKept] = useState(/** @type {Awaited<ReturnType<typeof room>>} */ (null));
  const [problem, setProblem] = useState("");
  useEffect(() => void room().then(setKept), []);
  const unsent = work.waiting + work.aside.length + work.photos.filter((photo) => photo.state !== "sent").length;
  const leave = () => void onSignOut().catch(() => setProblem(t("more.sign_out_needs_line")));
  return html`<section>
    <h2>${t("more.account")}</h2>
    <p>${work.day?.person.name ?? ""} <span class="muted">${work.account}</span></p>
    ${kept && html`<p class="muted">${t("more.room", { used: (kept.used / 1e6).toFixed(1), left: Math.round(kept.left / 1e6) })}</p>`}
    ${unsent > 0 && html`<p class="notice">${t("more.unsent", { n: unsent })}</p>`}
    <button class="button" onClick=${leave}>${t("more.sign_out")}</button>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
  </section>`;
}
