/** The page of one complaint: how it stands, when it should be over, and the customer's own word on that. */

import { html, render, useEffect, useMemo, useState } from "/vendor/preact.js";
import { ApiError, get, postOpenly } from "/shared/lib/api.js";
import { useLang } from "/shared/lib/hooks.js";
import { inTurn } from "/shared/lib/in_turn.js";
import { isChosen, setLang, t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";
import { Frame } from "./frame.js";

/** @typedef {{zh: string, en: string}} Words */
/**
 * @typedef {object} Tracked
 * @property {string} id
 * @property {"open" | "linked" | "restored" | "closed"} state
 * @property {"zh" | "en"} language
 * @property {Words} category
 * @property {string} registered_at
 * @property {string | null} stage
 * @property {Words | null} cause
 * @property {string | null} since
 * @property {{at: string, earliest: string, latest: string} | null} expected_end
 * @property {string | null} restored_at
 * @property {string | null} still_out_at
 * @property {string} time_zone
 * @property {boolean} may_answer
 * @property {boolean} may_say_still_out
 * @property {number | null} satisfaction
 */

const LOOK_AGAIN_MS = 30_000;
const path = `/api/v1/track/${encodeURIComponent(location.pathname.split("/").pop() ?? "")}`;

function Track() {
  const [found, setFound] = useState(/** @type {Tracked | null} */ (null));
  const [trouble, setTrouble] = useState("");
  const [asOf, setAsOf] = useState("");
  const look = useMemo(() => {
    const once = async () => {
      try {
        const now = await get(path);
        setFound((before) => (before || isChosen() ? now : inTheirLanguage(now)));
        setAsOf(new Date().toISOString());
        setTrouble("");
      } catch (error) {
        setTrouble(error instanceof ApiError && error.status === 404 ? "unknown" : "unreachable");
      }
    };
    return inTurn(once);
  }, []);
  useEffect(() => {
    void look();
    const timer = setInterval(look, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  useLang();
  return html`<${Frame} title=${t("track.title")}>
    ${trouble === "unknown" && html`<p class="notice" role="alert">${t("track.unknown")}</p>`}
    ${trouble === "unreachable" &&
    html`<p class="notice" role="status">${found ? t("track.unreachable", { time: clock(asOf) }) : t("track.offline")}</p>`}
    ${!found && !trouble && html`<p class="muted" role="status">${t("track.loading")}</p>`}
    ${found && trouble !== "unknown" && html`<${Stand} found=${found} stale=${trouble !== ""} onAnswered=${look} />`}
    ${(trouble === "unknown" || found?.state === "closed") && html`<a class="button" href="/report">${t("track.again")}</a>`}
  <//>`;
}

/** @param {{found: Tracked, stale: boolean, onAnswered: () => Promise<void>}} props */
function Stand({ found, stale, onAnswered }) {
  const language = useLang();
  const zone = found.time_zone;
  const end = found.expected_end;
  return html`
    <section class=${stale ? "stand stale" : "stand"} aria-live="polite">
      <p class="stand-sentence">${sentence(found)}</p>
      ${end &&
      html`<p class="muted">${t("track.end")}</p>
        <p class="stand-end">${clock(end.at, zone)}</p>
        <p class="muted">${t("track.between", { earliest: clock(end.earliest, zone), latest: clock(end.latest, zone) })}</p>`}
    </section>
    <${Answers} found=${found} onAnswered=${onAnswered} />
    <${Steps} found=${found} />
    <dl class="facts">
      <dt>${t("track.number")}</dt><dd>${found.id}</dd>
      <dt>${t("track.what")}</dt><dd>${found.category[language]}</dd>
      <dt>${t("track.at")}</dt><dd>${clock(found.registered_at, zone)}</dd>
      ${found.cause && html`<dt>${t("track.cause")}</dt><dd>${found.cause[language]}</dd>`}
      ${found.since && html`<dt>${t("track.since")}</dt><dd>${clock(found.since, zone)}</dd>`}
    </dl>
  `;
}

/** @typedef {(what: string, body?: object) => Promise<void>} Say */

/** @param {{found: Tracked, onAnswered: () => Promise<void>}} props */
function Answers({ found, onAnswered }) {
  const [sending, setSending] = useState(false);
  const [busy, setBusy] = useState(false);
  /** @type {Say} */
  const say = async (what, body) => {
    setSending(true);
    // whatever else came of it, the next look shows
    await postOpenly(`${path}/${what}`, body).then(
      () => setBusy(false),
      (error) => setBusy(error.code === "too_many_requests"),
    );
    await onAnswered();
    setSending(false);
  };
  return html`
    ${busy && html`<p class="notice notice-refused" role="alert">${t("report.too_many")}</p>`}
    <${Questions} found=${found} sending=${sending} say=${say} />
  `;
}

/** @param {{found: Tracked, sending: boolean, say: Say}} props */
function Questions({ found, sending, say }) {
  if (found.may_answer) {
    return html`<div class="answers">
      <button class="button button-primary button-thumb" disabled=${sending} onClick=${() => say("back")}>${t("track.back")}</button>
      <button class="button button-thumb" disabled=${sending} onClick=${() => say("still-out")}>${t("track.still_out")}</button>
    </div>`;
  }
  if (found.state !== "closed") return found.still_out_at && html`<p class="notice" role="status">${t("track.thanks_out")}</p>`;
  return html`<${Rating} found=${found} sending=${sending} say=${say} />
    <button class="button" disabled=${sending} onClick=${() => say("still-out")}>${t("track.still_out")}</button>`;
}

/** @param {{found: Tracked, sending: boolean, say: Say}} props */
function Rating({ found, sending, say }) {
  const [score, setScore] = useState(0);
  const [text, setText] = useState("");
  if (found.satisfaction) return html`<p class="notice" role="status">${t("track.rated")}</p>`;
  /** @param {Event} event */
  const send = (event) => {
    event.preventDefault();
    void say("satisfaction", { score, text });
  };
  return html`<form onSubmit=${send}>
    <div class="field">
      <h2 id="rate">${t("track.rate")}</h2>
      <div class="scores" role="group" aria-labelledby="rate">
        ${[1, 2, 3, 4, 5].map(
          (one) => html`<button class="button" type="button" key=${one} aria-pressed=${score === one} onClick=${() => setScore(one)}>${one}</button>`,
        )}
      </div>
      <p class="scale muted dense"><span>${t("track.bad")}</span><span>${t("track.good")}</span></p>
    </div>
    ${score > 0 &&
    html`<div class="field">
        <label for="comment">${t("track.comment")}</label>
        <textarea id="comment" maxlength="1000" value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)}></textarea>
      </div>
      <button class="button button-primary button-thumb" disabled=${sending}>${t("track.send")}</button>`}
  </form>`;
}

/** @param {{found: Tracked}} props */
function Steps({ found }) {
  const at = reached(found);
  return html`<ol class="steps">
    ${["received", "found", "working", "restored"].map((step, place) => {
      const how = place < at ? "done" : place === at ? "now" : "";
      return html`<li class=${how ? `step step-${how}` : "step"} key=${step}>
        <span class="step-mark" aria-hidden="true">${how === "done" ? "✓" : how === "now" ? "●" : "○"}</span>
        <span>${t(`step.${step}`)}${how && html`<span class="visually-hidden">${t(`step.${how}`)}</span>`}</span>
      </li>`;
    })}
  </ol>`;
}

/** Which of the four steps is under way; 4 when all are done. @param {Tracked} found */
function reached(found) {
  if (found.state === "restored" || found.state === "closed") return 4;
  if (found.state === "open") return found.still_out_at ? 2 : 1;
  return 2;
}

/** @param {Tracked} found */
function sentence(found) {
  if (found.state === "closed") return t("track.closed");
  if (found.state === "restored") return t("track.restored", { time: clock(found.restored_at, found.time_zone) });
  if (found.state === "linked" && found.stage && found.stage !== "restored") return t(`track.${found.stage}`);
  return t(found.still_out_at ? "track.open_still_out" : "track.open");
}

/** Whoever has not chosen a language reads the one that they reported in. @param {Tracked} found */
function inTheirLanguage(found) {
  setLang(found.language);
  return found;
}

render(html`<${Track} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
