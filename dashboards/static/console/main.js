/**
 * The NOC console's beginning: who is there, then the words, then the live picture.
 */

import { html, render, useEffect, useState } from "/vendor/preact.js";
import { onSignedOut, session } from "/shared/lib/api.js";
import { register, t } from "/shared/lib/i18n.js";
import { SignIn } from "/shared/lib/signin.js";
import { startBeat } from "/shared/lib/time.js";
import { applyTheme, useLang } from "../parts/hooks.js";
import { listenForKeys } from "../parts/keys.js";
import { Nothing } from "../parts/marks.js";
import { Board } from "../state/board.js";
import { loadCatalogue } from "../words/catalogue.js";
import { en } from "../words/en.js";
import { zh } from "../words/zh.js";
import { App } from "./app.js";
import { COLLECTIONS } from "./collections.js";

/** @typedef {import("/shared/lib/api.js").Session} Session */

function Console() {
  useLang();
  const [who, setWho] = useState(/** @type {Session|null|undefined} */ (undefined));
  const [board, setBoard] = useState(/** @type {Board|null} */ (null));
  useEffect(() => onSignedOut(() => setWho(null)), []);
  useEffect(() => void session().then(setWho, () => setWho(null)), []);
  useEffect(() => {
    if (!who?.permissions.includes("view_network")) return undefined;
    const fresh = new Board(COLLECTIONS);
    void loadCatalogue().then(() => fresh.announce(), () => fresh.announce());
    setBoard(fresh);
    return () => {
      fresh.close();
      setBoard(null);
    };
  }, [who]);

  if (who === undefined) return html`<main><${Nothing} title=${t("loading")} /></main>`;
  if (who === null) return html`<${SignIn} title="Guywire" onSignedIn=${setWho} />`;
  if (!who.permissions.includes("view_network")) {
    return html`<main><${Nothing} title=${t("refused.console")}><a class="button" href="/desk">${t("open_desk")}</a><//></main>`;
  }
  return board && html`<${App} board=${board} session=${who} />`;
}

register({ zh, en });
applyTheme();
startBeat();
listenForKeys();
render(html`<${Console} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
