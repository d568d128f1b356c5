/**
 * The sign-in view of every face, as a Preact component.
 *
 *   html`<${SignIn} title="Guywire" onSignedIn=${(session) => start(session)} />`
 *
 * `onSignedIn` is handed {user, permissions, csrf, expires_at}. Styled by .signin in base.css.
 */

import { html, useEffect, useRef, useState } from "/vendor/preact.js";
import { ApiError, signIn } from "/shared/lib/api.js";
import { useLang } from "/shared/lib/hooks.js";
import { lang, register, setLang, t } from "/shared/lib/i18n.js";

register({
  zh: {
    "signin.name": "账号",
    "signin.password": "密码",
    "signin.do": "登录",
    "signin.doing": "正在登录",
    "signin.refused": "账号或密码不对。请核对后重试。",
    "signin.locked": "输错次数过多，暂时不能登录。请稍后再试，或联系管理员。",
    "signin.disabled": "账号已停用，请联系管理员。",
    "signin.unreachable": "服务器没有应答。请检查网络后重试。",
    "signin.language": "语言",
  },
  en: {
    "signin.name": "Name",
    "signin.password": "Password",
    "signin.do": "Sign in",
    "signin.doing": "Signing in",
    "signin.refused": "Name or password is wrong. Check both and try again.",
    "signin.locked": "Too many failed sign-ins. Wait a while and try again, or ask an administrator.",
    "signin.disabled": "This account is disabled. Ask an administrator.",
    "signin.unreachable": "The server does not answer. Check the connection and try again.",
    "signin.language": "Language",
  },
});

/** @param {{title: string, onSignedIn: (session: import("/shared/lib/api.js").Session) => void}} props */
export function SignIn({ title, onSignedIn }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  useLang();
  const first = useRef(/** @type {HTMLInputElement|null} */ (null));
  useEffect(() => void (matchMedia("(pointer: fine)").matches && first.current?.focus()), []);

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const given = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    setBusy(true);
    setProblem("");
    try {
      onSignedIn(await signIn(String(given.get("name")).trim(), String(given.get("password"))));
    } catch (error) {
      setProblem(sentence(error));
      setBusy(false);
    }
  }

  return html`<main class="signin">
    <h1>${title}</h1>
    <form class="signin-form" onSubmit=${submit} aria-busy=${busy}>
      <div class="field">
        <label for="signin-name">${t("signin.name")}</label>
        <input ref=${first} id="signin-name" name="name" autocomplete="username" autocapitalize="none" spellcheck=${false} required />
      </div>
      <div class="field">
        <label for="signin-password">${t("signin.password")}</label>
        <input id="signin-password" name="password" type="password" autocomplete="current-password" required />
      </div>
      <p class="notice notice-refused" role="alert" hidden=${!problem}>${problem}</p>
      <button class="button button-primary button-thumb" disabled=${busy}>${busy ? t("signin.doing") : t("signin.do")}</button>
    </form>
    <div class="signin-languages" role="group" aria-label=${t("signin.language")}>
      <button class="button" lang="zh-CN" aria-pressed=${lang() === "zh"} onClick=${() => setLang("zh")}>中文</button>
      <button class="button" lang="en" aria-pressed=${lang() === "en"} onClick=${() => setLang("en")}>English</button>
    </div>
  </main>`;
}

/** @param {unknown} error */
function sentence(error) {
  if (!(error instanceof ApiError)) return t("signin.unreachable");
  if (error.code === "unreachable") return t("signin.unreachable");
  if (error.code === "too_many_requests") return t("signin.locked");
  if (error.reason === "account_disabled") return t("signin.disabled");
  return error.code === "unauthorized" ? t("signin.refused") : error.message;
}
