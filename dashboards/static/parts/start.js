/**
 * How a page of the response centre begins: who is there, their sign-in, then the live picture they may see.
 */

import { html, render, useEffect, useState } from "/vendor/preact.js";
import { register, t } from "/shared/lib/i18n.js";
import { startBeat } from "/shared/lib/time.js";
import { Board } from "../state/board.js";
import { followCatalogue } from "../words/catalogue.js";
import { en } from "../words/en.js";
import { zh } from "../words/zh.js";
import { applyTheme, useLang } from "./hooks.js";
import { listenForKeys } from "./keys.js";
import { Nothing } from "./marks.js";
import { useSession } from "./use_session.js";

/** @typedef {import("/shared/lib/api.js").Session} Session */
/**
 * @typedef {object} Page
 * @property {string} title  of the sign-in, a key of the dictionary
 * @property {string} permission  without which the page is refused
 * @property {import("../state/board.js").Collections} collections
 * @property {(props: {board: Board, session: Session}) => unknown} App
 * @property {{text: string, href: string, link: string}} elsewhere  where who is refused may go
 */

/** @param {Page} page */
export function start(page) {
  register({ zh, en });
  applyTheme();
  startBeat();
  listenForKeys();
  render(html`<${Start} page=${page} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
}

/** @param {{page: Page}} props */
function Start({ page }) {
  useLang();
  const [who, door] = useSession(t(page.title));
  const allowed = Boolean(who?.permissions.includes(page.permission));
  const board = useLiveBoard(page, who, allowed);
  useEffect(() => void (document.title = t(page.title)));

  if (!who) return door;
  if (!allowed) {
    const { text, href, link } = page.elsewhere;
    return html`<main>
      <h1 class="visually-hidden">${t(page.title)}</h1>
      <${Nothing} title=${t(text)}><a class="button" href=${href}>${t(link)}</a><//>
    </main>`;
  }
  return board && html`<${page.App} board=${board} session=${who} />`;
}

/** @param {Page} page
 * @param {Session|null} who
 * @param {boolean} allowed */
function useLiveBoard(page, who, allowed) {
  const [board, setBoard] = useState(/** @type {Board|null} */ (null));
  useEffect(() => {
    if (!allowed) return undefined;
    const fresh = new Board(page.collections);
    const endWords = followCatalogue(() => fresh.announce());
    setBoard(fresh);
    return () => {
      endWords();
      fresh.close();
      setBoard(null);
    };
  }, [who, allowed]);
  return board;
}
