/**
 * The console's frame: the most urgent sentence, the views, and the keys that lead to them.
 */

import { html, useEffect, useMemo, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { useLang, useTick } from "../parts/hooks.js";
import { Help } from "../parts/help.js";
import { isStale } from "../parts/top_side.js";
import { Toasts } from "../parts/toasts.js";
import { useBoard } from "../parts/use_board.js";
import { followLinks, useRoute } from "../parts/use_route.js";
import { searchOf, VIEWS } from "../state/route.js";
import { silencedBy } from "../state/silences.js";
import { Alarms } from "./alarms.js";
import { Header } from "./header.js";
import { Incidents } from "./incidents.js";
import { MapView } from "./map.js";
import { Silences } from "./silences.js";
import { Tickets } from "./tickets.js";
import { Work } from "./work.js";

/**
 * @typedef {object} ViewProps
 * @property {import("../state/board.js").Board} board
 * @property {number} revision  of the board, for memos
 * @property {import("../state/route.js").Route} route
 * @property {(route: Partial<import("../state/route.js").Route>, quietly?: boolean) => void} go  quietly: no step back to it
 * @property {import("/shared/lib/api.js").User} user
 * @property {(permission: string) => boolean} may
 */

const LETTERS = { alarms: "a", incidents: "i", tickets: "t", map: "m", work: "w", silences: "s" };
const VIEW_OF = { alarms: Alarms, incidents: Incidents, tickets: Tickets, map: MapView, work: Work, silences: Silences };
const COLLECTION_OF = /** @type {const} */ ({
  alarms: "alarm",
  incidents: "incident",
  tickets: "ticket",
  work: "work_order",
  silences: "silence",
});

/** @param {{board: import("../state/board.js").Board, session: import("/shared/lib/api.js").Session}} props */
export function App({ board, session }) {
  useLang();
  useTick();
  const revision = useBoard(board);
  const { route, go } = useRoute();
  const [help, setHelp] = useState(false);
  useEffect(() => followLinks(go), []);
  useKeys([
    ...VIEWS.map((view) => ({ keys: `g ${letterOf(view)}`, label: `view.${view}`, run: () => go({ view }) })),
    { keys: "?", label: "key.help", run: () => setHelp(true) },
  ]);
  const View = VIEW_OF[/** @type {keyof typeof VIEW_OF} */ (route.view)];
  const may = (/** @type {string} */ permission) => session.permissions.includes(permission);
  return html`<div class=${`console${isStale(board.state) ? " console-stale" : ""}`}>
    <${Header} board=${board} revision=${revision} session=${session} onHelp=${() => setHelp(true)} />
    <${Views} board=${board} revision=${revision} view=${route.view} />
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

/** @param {{board: import("../state/board.js").Board, revision: number, view: string}} props */
function Views({ board, revision, view }) {
  const speaking = useMemo(() => board.sorted.items.filter((alarm) => !silencedBy(alarm)).length, [revision]);
  return html`<nav class="views" aria-label=${t("views")}>
    ${VIEWS.map((one) => {
      const collection = COLLECTION_OF[/** @type {keyof typeof COLLECTION_OF} */ (one)];
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
  </nav>`;
}

/** @param {string} view */
function letterOf(view) {
  return LETTERS[/** @type {keyof typeof LETTERS} */ (view)];
}
