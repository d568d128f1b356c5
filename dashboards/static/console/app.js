/**
 * The console's frame: the most urgent sentence, the views, and the keys that lead to them.
 */

import { html, useEffect, useMemo, useState } from "/vendor/preact.js";
import { signOut } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { useLang, useTick } from "../parts/hooks.js";
import { Help } from "../parts/help.js";
import { isStale } from "../parts/top_side.js";
import { sayRefusal, Toasts } from "../parts/toasts.js";
import { useBoard } from "../parts/use_board.js";
import { followLinks, useRoute } from "../parts/use_route.js";
import { GROUPS, searchOf } from "../state/route.js";
import { Header } from "./header.js";
import { VIEW_OF } from "./views.js";

/** @param {{board: import("../state/board.js").Board, session: import("/shared/lib/api.js").Session}} props */
export function App({ board, session }) {
  useLang();
  useTick();
  const revision = useBoard(board);
  const { route, go } = useRoute();
  const [help, setHelp] = useState(false);
  useEffect(() => followLinks(go), []);
  const may = (/** @type {string} */ permission) => session.permissions.includes(permission);
  const groups = useMemo(() => shownTo(may), [session]);
  useKeys([
    ...groups.flat().map((view) => ({ keys: `g ${letterOf(view)}`, label: `view.${view}`, run: () => go({ view }) })),
    { keys: "g q", label: "sign_out", run: () => void signOut().catch(sayRefusal) },
    { keys: "?", label: "key.help", run: () => setHelp(true) },
  ]);
  const View = VIEW_OF[route.view].Component;
  return html`<div class=${`console${isStale(board.state) ? " console-stale" : ""}`}>
    <${Header} board=${board} revision=${revision} session=${session} onHelp=${() => setHelp(true)} />
    <${Views} board=${board} view=${route.view} groups=${groups} />
    <main class="view">
      <${View}
        key=${route.view}
        board=${board}
        revision=${revision}
        route=${route}
        go=${go}
        user=${session.user}
        may=${may}
      />
    </main>
    <${Toasts} />
    ${help && html`<${Help} onClose=${() => setHelp(false)} />`}
  </div>`;
}

/** @param {{board: import("../state/board.js").Board, view: string, groups: string[][]}} props */
function Views({ board, view, groups }) {
  const speaking = board.tally.speaking;
  return html`<nav class="views" aria-label=${t("views")}>
    ${groups.map(
      (group) =>
        html`<div key=${group[0]} class="views-group">
          ${group.map((one) => {
            const { collection } = VIEW_OF[one];
            return html`<a
              key=${one}
              class="view-link"
              href=${searchOf({ view: one })}
              aria-current=${one === view ? "page" : undefined}
              title=${`g ${letterOf(one)}`}
            >
              ${t(`view.${one}`)} ${collection && html`<span class="view-count">${one === "alarms" ? speaking : board.items(collection).size}</span>`}
            </a>`;
          })}
        </div>`,
    )}
  </nav>`;
}

/** The groups of tabs that somebody may look at; what has no key is only reached from elsewhere.
 * @param {(permission: string) => boolean} may */
function shownTo(may) {
  return GROUPS.map((group) =>
    group.filter((name) => {
      const { letter, permission } = VIEW_OF[name];
      return letter && (!permission || may(permission));
    }),
  ).filter((group) => group.length);
}

/** @param {string} view */
function letterOf(view) {
  return VIEW_OF[view].letter;
}
