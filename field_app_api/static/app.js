/** The phone page: signs in, keeps the own work orders fresh by waiting for news, and shows the list or one order. */

import { html, render, useEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { ApiError, get, onSignedOut, session, signOut } from "/shared/lib/api.js";
import { lang, onLang, setLang, t } from "/shared/lib/i18n.js";
import { SignIn } from "/shared/lib/signin.js";
import { clock, duration, onTick } from "/shared/lib/time.js";
import "./words.js";
import { OrderList } from "./list.js";
import { OrderPage } from "./order.js";
import { Outbox } from "./outbox.js";
import { sharePosition } from "./position.js";

/** @typedef {import("./types.js").Order} Order */
/** @typedef {import("/shared/lib/api.js").Session} Session */

const WAIT_SECONDS = 10;
const RETRY_MS = 3000;

function App() {
  const [who, setWho] = useState(/** @type {Session | null | undefined} */ (undefined));
  const [, redraw] = useState(lang());
  useEffect(() => onLang(redraw), []);
  useEffect(() => onSignedOut(() => setWho(null)), []);
  useEffect(() => void session().then(setWho, () => setWho(null)), []);
  if (who === undefined) return html`<p class="notice" role="status">${t("list.loading")}</p>`;
  if (who === null) return html`<${SignIn} title=${t("app.title")} onSignedIn=${setWho} />`;
  return html`<${Work} account=${who.user.name} />`;
}

/** @param {{account: string}} props */
function Work({ account }) {
  const { orders, asOf, reload } = useOrders();
  const [openId, setOpenId] = useState(location.hash.slice(1));
  const [said, setSaid] = useState("");
  const [, recount] = useState(0);
  const [sharing, setSharing] = useState(/** @type {import("./position.js").Sharing} */ ({ state: "off" }));
  const outbox = useMemo(
    () =>
      new Outbox(
        account,
        () => recount((count) => count + 1),
        (_, error) => setSaid(t("act.refused", { message: error.message })),
      ),
    [account],
  );
  useEffect(() => () => outbox.close(), [outbox]);
  useEffect(() => sharePosition(setSharing), []);
  useEffect(() => {
    const follow = () => setOpenId(location.hash.slice(1));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  /** @param {Order} order @param {string} to @param {object} [report] */
  async function move(order, to, report = {}) {
    setSaid("");
    const fix = sharing.fix ? { latitude: sharing.fix.latitude, longitude: sharing.fix.longitude } : {};
    await outbox.put(`/api/v1/work-orders/${order.id}/transitions`, { to, at: new Date().toISOString(), ...fix, ...report });
    if (outbox.size) setSaid(t("act.kept"));
    await reload();
  }

  const open = orders?.find((order) => order.id === openId);
  return html`
    <${Header} asOf=${asOf} sharing=${sharing} waiting=${outbox.size} />
    <p class="said" role="status">${said}</p>
    ${open
      ? html`<${OrderPage} key=${open.id} order=${open} move=${move} asOf=${asOf} />`
      : html`<${OrderList} orders=${orders} />`}
  `;
}

/** The own orders, fresh by a request that the server answers when there is news. */
function useOrders() {
  const [orders, setOrders] = useState(/** @type {Order[] | null} */ (null));
  const [asOf, setAsOf] = useState(0);
  const seen = useRef("");

  /** @param {boolean} wait @param {AbortSignal} [signal] */
  async function read(wait, signal) {
    const params = wait ? { seen: seen.current, wait: WAIT_SECONDS } : {};
    const page = await get("/api/v1/me/work-orders", params, signal);
    seen.current = page.seen;
    setOrders(page.items);
    setAsOf(Date.now());
  }

  useEffect(() => {
    const end = new AbortController();
    void (async () => {
      for (let first = true; !end.signal.aborted; first = false) {
        try {
          await read(!first, end.signal);
        } catch (error) {
          if (end.signal.aborted || (error instanceof ApiError && error.status === 401)) return;
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
    })();
    return () => end.abort();
  }, []);
  return { orders, asOf, reload: () => read(false).catch(() => undefined) };
}

/** @param {{asOf: number, sharing: import("./position.js").Sharing, waiting: number}} props */
function Header({ asOf, sharing, waiting }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => onTick(() => setNow(Date.now())), []);
  const stale = asOf > 0 && now - asOf > (WAIT_SECONDS + 6) * 1000;
  return html`<header class="top">
    <div class="top-row">
      <a class="brand" href="#">${t("app.orders")}</a>
      <span class=${stale ? "net net-stale" : "net"} role="status">
        ${waiting ? t("net.sending", { n: waiting }) : stale ? t("net.stale", { time: clock(new Date(asOf).toISOString()) }) : t("net.live")}
      </span>
      <button class="button" onClick=${() => setLang(lang() === "zh" ? "en" : "zh")}>${t("app.language")}</button>
      <button class="button" onClick=${switchTheme} aria-label=${t("app.theme")}>◐</button>
      <button class="button" onClick=${() => void signOut()}>${t("app.sign_out")}</button>
    </div>
    <p class="dense muted">${positionSentence(sharing, now)}</p>
  </header>`;
}

/** @param {import("./position.js").Sharing} sharing @param {number} now */
function positionSentence(sharing, now) {
  if (sharing.state === "shared") return t("position.shared", { age: duration((now - (sharing.at ?? now)) / 1000) });
  return t(sharing.state === "denied" ? "position.denied" : "position.off");
}

const THEME = "guywire.theme";
document.documentElement.dataset.theme = localStorage.getItem(THEME) ?? "light";

function switchTheme() {
  const next = document.documentElement.dataset.theme === "light" ? "dark" : "light";
  document.documentElement.dataset.theme = next;
  localStorage.setItem(THEME, next);
}

render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
