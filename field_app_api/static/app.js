/** The phone page: whoever was signed in last starts at once with what the phone keeps; the connection follows. */

import { html, render, useEffect, useState } from "/vendor/preact.js";
import { ApiError, onSignedOut, session, signOut } from "/shared/lib/api.js";
import { useLang } from "/shared/lib/hooks.js";
import { lang, t } from "/shared/lib/i18n.js";
import { SignIn } from "/shared/lib/signin.js";
import "./parts/preferences.js";
import "./words/zh.js";
import "./words/en.js";
import { keepPush, stopPush } from "./net/push.js";
import { startWorker, useNewVersion } from "./net/worker.js";
import { go, useRoute } from "./parts/hooks.js";
import { Screen, titleOf } from "./screens/screen.js";
import { Top } from "./parts/top.js";
import { Work } from "./work.js";

/** @typedef {import("/shared/lib/api.js").User} User */
/** @typedef {import("/shared/lib/api.js").Session} Session */

const ACCOUNT = "guywire.account";

function App() {
  const [user, setUser] = useState(/** @type {User | null | undefined} */ (keptUser() ?? undefined));
  useLang();
  useEffect(() => void recognise(user ?? null).then((known) => known !== user && setUser(known)), []);
  /** @param {Session} given */
  const signedIn = ({ user: given_user }) => {
    localStorage.setItem(ACCOUNT, JSON.stringify(given_user));
    setUser(given_user);
  };
  if (user === undefined) return html`<p class="notice" role="status">${t("net.reading")}</p>`;
  if (user === null) return html`<${SignIn} title=${t("app.title")} onSignedIn=${signedIn} />`;
  return html`<${Account} key=${user.name} user=${user} onSignedIn=${signedIn} onLeft=${() => setUser(null)} />`;
}

/** @returns {User | null} */
function keptUser() {
  return JSON.parse(localStorage.getItem(ACCOUNT) ?? "null");
}

/** Who is signed in by what the server says; without an answer, whoever was. @param {User | null} kept */
async function recognise(kept) {
  try {
    const { user } = await session();
    localStorage.setItem(ACCOUNT, JSON.stringify(user));
    return user.name === kept?.name ? kept : user;
  } catch {
    return kept;
  }
}

/** @param {{user: User, onSignedIn: (session: Session) => void, onLeft: () => void}} props */
function Account({ user, onSignedIn, onLeft }) {
  const [work, setWork] = useState(/** @type {Work | null} */ (null));
  const [, redraw] = useState(0);
  useEffect(() => {
    const made = new Work(user, () => redraw((count) => count + 1));
    setWork(made);
    void made.start();
    void keepPush(user.name).catch(() => undefined); // asked again at the next start
    const stop = onSignedOut(() => made.sayExpired());
    return () => {
      stop();
      made.close();
    };
  }, [user.name]);
  if (!work) return null;
  /** @param {Session} session */
  const signedInAgain = (session) => {
    go("");
    if (session.user.name === user.name) work.resume();
    else onSignedIn(session);
  };
  return html`<${Pages} work=${work} onSignedIn=${signedInAgain} onSignOut=${() => leave(work, onLeft)} />`;
}

/** @param {Work} work @param {() => void} onLeft */
async function leave(work, onLeft) {
  await stopPush(work.account).catch(() => undefined); // without a line signing out fails too, and says so
  try {
    await signOut();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error; // ended already is as good
  }
  await work.forget();
  localStorage.removeItem(ACCOUNT);
  go("");
  onLeft();
}

/** @param {{work: Work, onSignedIn: (session: Session) => void, onSignOut: () => Promise<void>}} props */
function Pages({ work, onSignedIn, onSignOut }) {
  const route = useRoute();
  const [pushed, setPushed] = useState("");
  const [newer, setNewer] = useState(false);
  useEffect(
    () =>
      startWorker({
        newVersion: () => setNewer(true),
        pushed: (message) => (message.kind === "open" ? go(message.work_order) : setPushed(message.words?.[lang()] ?? "")),
      }),
    [],
  );
  if (route[1] === "sign-in") return html`<${SignIn} title=${t("app.again", { name: work.account })} onSignedIn=${onSignedIn} />`;
  const [title, back] = titleOf(route);
  return html`
    <${Top} work=${work} title=${title} back=${back} />
    ${work.expired && html`<p class="line" role="status">${t("net.sign_in_again", { n: work.waiting })} <a class="button" href="#/sign-in">${t("signin.do")}</a></p>`}
    ${newer && html`<p class="line" role="status">${t("app.newer")} <button class="button" onClick=${useNewVersion}>${t("app.use")}</button></p>`}
    ${work.said && html`<p class="line problem" role="alert">${t(work.said)} <button class="button" onClick=${() => work.say("")}>${t("app.seen")}</button></p>`}
    ${pushed && html`<p class="line" role="status">${pushed} <button class="button" onClick=${() => setPushed("")}>${t("app.seen")}</button></p>`}
    <${Screen} route=${route} work=${work} onSignOut=${onSignOut} />
  `;
}

render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
