/** The report form: what is wrong, whose phone, and where; then on to the page of that complaint. */

import { html, render, useEffect, useState } from "/vendor/preact.js";
import { ApiError, get, newKey, postOpenly } from "/shared/lib/api.js";
import { useLang } from "/shared/lib/hooks.js";
import { lang, t } from "/shared/lib/i18n.js";
import { Frame } from "./frame.js";

/** @typedef {{id: string, zh: string, en: string}} Category */
/** @typedef {{latitude: number, longitude: number, accuracy: number}} Fix */
/** @typedef {{category: string, text: string, phone: string, place: string}} Given */

const FEWEST_DIGITS = 5;
/** What was sent last: sent twice, it is taken once; corrected, it is another. */
let last = { text: "", key: "" };

function Report() {
  const now = useLang();
  const [categories, setCategories] = useState(/** @type {Category[]} */ ([]));
  const [given, setGiven] = useState({ category: "", text: "", phone: "", place: "" });
  const [fix, setFix] = useState(/** @type {Fix | null} */ (null));
  const [problem, setProblem] = useState(/** @type {{key: string, reason?: string} | null} */ (null));
  const [sending, setSending] = useState(false);
  useEffect(() => void get("/api/v1/report-categories").then((page) => setCategories(page.items)).catch(() => undefined), []);

  /** @param {Event} event */
  const change = ({ target }) => {
    const { name, value } = /** @type {HTMLInputElement} */ (target);
    setGiven((before) => ({ ...before, [name]: value }));
  };
  /** @param {Event} event */
  const send = async (event) => {
    event.preventDefault();
    if (!isEnough(given, fix)) return setProblem({ key: "report.need" });
    setSending(true);
    setProblem(null);
    try {
      const body = { ...given, language: now, ...(fix && { latitude: fix.latitude, longitude: fix.longitude }) };
      location.assign((await postOpenly("/api/v1/reports", body, keyOf(body))).track);
    } catch (error) {
      setProblem(sentence(error));
      setSending(false);
    }
  };
  return html`<${Frame} title=${t("report.title")}>
    <p>${t("report.sorry")}</p>
    <form onSubmit=${send} onInput=${change} noValidate>
      <${Fields} given=${given} categories=${categories} fix=${fix} onFix=${setFix} />
      ${problem && html`<p class="notice notice-refused" role="alert">${t(problem.key, { reason: problem.reason ?? "" })}</p>`}
      <button class="button button-primary button-thumb" disabled=${sending}>${t(sending ? "report.sending" : "report.send")}</button>
    </form>
  <//>`;
}

/** @param {{given: Given, categories: Category[], fix: Fix | null, onFix: (fix: Fix | null) => void}} props */
function Fields({ given, categories, fix, onFix }) {
  return html`
    <div class="field">
      <label for="category">${t("report.what")}</label>
      <select id="category" name="category" value=${given.category}>
        <option value="">${t("report.choose")}</option>
        ${categories.map((one) => html`<option value=${one.id} key=${one.id}>${one[lang()]}</option>`)}
      </select>
    </div>
    <div class="field">
      <label for="text">${t("report.text")}</label>
      <textarea id="text" name="text" rows="3" maxlength="2000" placeholder=${t("report.text_hint")} value=${given.text}></textarea>
    </div>
    <div class="field">
      <label for="place">${t("report.place")}</label>
      <input id="place" name="place" maxlength="300" autocomplete="street-address" placeholder=${t("report.place_hint")} value=${given.place} />
      <${Here} fix=${fix} onFix=${onFix} />
    </div>
    <div class="field">
      <label for="phone">${t("report.phone")}</label>
      <input id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" maxlength="32" required
        aria-describedby="phone-hint" value=${given.phone} />
      <span id="phone-hint" class="muted dense">${t("report.phone_hint")}</span>
    </div>
  `;
}

/** @param {{fix: Fix | null, onFix: (fix: Fix | null) => void}} props */
function Here({ fix, onFix }) {
  const [said, setSaid] = useState("");
  const locate = () => {
    setSaid("report.locating");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        onFix({ latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy });
        setSaid("");
      },
      () => setSaid("report.not_located"),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  };
  const status = fix ? t("report.located", { n: Math.max(Math.round(fix.accuracy), 1) }) : said && t(said);
  return html`
    ${"geolocation" in navigator && html`<button class="button" type="button" onClick=${locate}>${t("report.here")}</button>`}
    <span class="muted dense" role="status">${status}</span>
  `;
}

/**
 * @param {Given} given
 * @param {Fix | null} fix
 */
function isEnough(given, fix) {
  const digits = given.phone.replace(/[^0-9]/g, "").length;
  return digits >= FEWEST_DIGITS && Boolean(fix || given.place.trim() || given.text.trim());
}

/** @param {object} body */
function keyOf(body) {
  const text = JSON.stringify(body);
  if (text !== last.text) last = { text, key: newKey() };
  return last.key;
}

/** Which sentence says why it was not taken. @param {unknown} error */
function sentence(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.code === "unreachable") return { key: "report.unreachable" };
  if (error.code === "too_many_requests") return { key: "report.too_many" };
  return { key: "report.refused", reason: lang() === "zh" ? error.reason : error.message };
}

render(html`<${Report} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
