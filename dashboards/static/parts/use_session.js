/**
 * Who is signed in on a page, and the door before it: the sign-in, or that the server has not said yet.
 */

import { html, useEffect, useState } from "/vendor/preact.js";
import { onSignedOut, session } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { SignIn } from "/shared/lib/signin.js";
import { refusalSentence } from "../words/catalogue.js";
import { Nothing } from "./marks.js";

/** @typedef {import("/shared/lib/api.js").Session} Session */

const AGAIN_MS = 3_000;

/** A server that does not answer is asked again: that is no sign-out, and nobody types a password into it.
 * @param {string} title  of the sign-in
 * @returns {[Session|null, unknown]} who is there, and what to show instead of the page while nobody is */
export function useSession(title) {
  const [who, setWho] = useState(/** @type {Session|null|undefined} */ (undefined));
  const [problem, setProblem] = useState("");
  useEffect(() => onSignedOut(() => setWho(null)), []);
  useEffect(() => {
    if (who !== undefined) return undefined;
    let over = false;
    let timer = 0;
    const refused = (/** @type {any} */ error) => {
      if (over) return;
      if (error.status === 401) return setWho(null);
      setProblem(refusalSentence(error));
      timer = window.setTimeout(look, AGAIN_MS);
    };
    const look = () => void session().then((found) => over || setWho(found), refused);
    look();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [who]);
  if (who) return [who, null];
  if (who === null) return [null, html`<${SignIn} title=${title} onSignedIn=${setWho} />`];
  return [null, html`<main><${Nothing} title=${t("loading")} hint=${problem} /></main>`];
}
