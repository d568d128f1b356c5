/**
 * The wall's beginning: who is there, and a picture that says so when nobody is signed in any more.
 */

import { html, render, useEffect, useRef, useState } from "/vendor/preact.js";
import { onSignedOut, session } from "/shared/lib/api.js";
import { register, setLang, t } from "/shared/lib/i18n.js";
import { SignIn } from "/shared/lib/signin.js";
import { clock, now, setServerTime, startBeat } from "/shared/lib/time.js";
import { useLang } from "../parts/hooks.js";
import { listenForKeys } from "../parts/keys.js";
import { Nothing } from "../parts/marks.js";
import { wallOptions } from "../state/wall.js";
import { followCatalogue } from "../words/catalogue.js";
import { en } from "../words/en.js";
import { zh } from "../words/zh.js";
import { Wall } from "./wall.js";

/** @typedef {import("/shared/lib/api.js").Session} Session */

const LOOK_AGAIN_MS = 600_000;
const TRY_AGAIN_MS = 5_000;

function Start() {
  useLang();
  const [who, setWho] = useState(/** @type {Session|null|undefined} */ (undefined));
  const [outSince, setOutSince] = useState("");
  const wasIn = useRef(false);
  useEffect(() => {
    const look = () => void session().then(setWho, (error) => error.status === 401 && setWho(null));
    look();
    const timer = setInterval(look, who === undefined ? TRY_AGAIN_MS : LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [who === undefined]);
  useEffect(
    () =>
      onSignedOut(() => {
        setWho(null);
        if (wasIn.current) setOutSince((since) => since || new Date(now()).toISOString());
      }),
    [],
  );
  useEffect(() => (who ? followCatalogue(() => {}) : undefined), [who?.user.name]);
  wasIn.current ||= Boolean(who);
  const signedIn = (/** @type {Session} */ session) => {
    setOutSince("");
    setWho(session);
  };
  if (who === undefined) return html`<main><${Nothing} title=${t("loading")} /></main>`;
  if (who === null)
    return html`<div class="wall-out">
      ${outSince && html`<p class="wall-out-words" role="alert">${t("wall.signed_out", { time: clock(outSince) })}</p>`}
      <${SignIn} title=${t("title.wall")} onSignedIn=${signedIn} />
    </div>`;
  if (!who.permissions.includes("view_network")) return html`<main><${Nothing} title=${t("refused.console")} /></main>`;
  return html`<${Wall} session=${who} onTime=${setServerTime} />`;
}

register({ zh, en });
const { lang } = wallOptions(location.search);
if (lang) setLang(lang);
document.title = t("title.wall");
startBeat();
listenForKeys();
render(html`<${Start} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
