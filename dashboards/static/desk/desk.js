/**
 * The complaint desk: one box for whoever calls, what can be said to them, and beside it the queues of what is not over.
 */

import { html, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Help } from "../parts/help.js";
import { useLang } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Toasts } from "../parts/toasts.js";
import { isStale, TopSide } from "../parts/top_side.js";
import { useBoard } from "../parts/use_board.js";
import { placeText } from "../state/ask.js";
import { askOf } from "../state/contacts.js";
import { openingOf } from "../state/desk_place.js";
import { AskBox } from "./ask_box.js";
import { useCall } from "./call.js";
import { CallBar } from "./call_bar.js";
import { CallView } from "./call_view.js";
import { useCare } from "./care.js";
import { CaseView } from "./case.js";
import { isOnlyAnswered, keepAnswered } from "./call_deeds.js";
import { Contacts } from "./contacts.js";
import { Inspections } from "./inspections.js";
import { PlacePicker } from "./place_picker.js";
import { Queues, useComplaints } from "./queues.js";

/** @typedef {import("../state/desk_queue.js").Line} Line */
/** @typedef {{view: "call"}|{view: "case", id: string, line: Line|null}|{view: "inspections"}|{view: "contacts"}} Shown */

const CALL = /** @type {Shown} */ ({ view: "call" });

/** @param {{board: import("../state/board.js").Board, session: import("/shared/lib/api.js").Session}} props */
export function Desk({ board, session }) {
  useLang();
  useBoard(board);
  const box = useRef(/** @type {HTMLInputElement|null} */ (null));
  const [help, setHelp] = useState(false);
  const [picking, setPicking] = useState(false);
  const [shown, setShown] = useState(firstShown);
  const call = useCall();
  const care = useCare();
  const complaints = useComplaints(board);
  const me = session.user.name;
  const may = session.permissions;
  const leads = may.includes("lead_shift");
  const registers = may.includes("register_complaints");
  const toBox = () => {
    setShown(CALL);
    if (box.current) box.current.focus(); // at once: the next key is meant for where this one led
    else setTimeout(() => box.current?.focus()); // it comes with the view
  };
  const leave = () => {
    call.clear();
    setPicking(false);
    toBox();
  };
  const next = () => {
    if (shown.view !== "call") return setShown(CALL);
    if (call.pop.id && registers && isOnlyAnswered(call)) void keepAnswered(call); // the telephone system knows of this call
    return leave();
  };
  const answered = async () => {
    if (await keepAnswered(call)) leave();
  };
  const open = (/** @type {string} */ id, line = /** @type {Line|null} */ (null)) => setShown({ view: "case", id, line });
  const pick = () => setPicking(!picking);
  useKeys([
    { keys: "/", label: "desk.key_box", run: toBox },
    { keys: "Escape", label: shown.view === "call" ? "desk.key_clear" : "desk.key_back", run: next },
    ...(shown.view === "call" ? [{ keys: "m", label: "desk.key_map", run: pick }] : []),
    ...(may.includes("view_complaints") ? [{ keys: "g c", label: "desk.contacts", run: () => setShown({ view: "contacts" }) }] : []),
    ...(leads ? [{ keys: "g i", label: "desk.inspections", run: () => setShown({ view: "inspections" }) }] : []),
    { keys: "?", label: "key.help", run: () => setHelp(true) },
  ]);
  const askAt = (/** @type {number} */ latitude, /** @type {number} */ longitude) =>
    void call.ask(placeText(latitude, longitude));
  const askAbout = (/** @type {import("../state/shapes_desk.js").Contact} */ contact) => {
    const about = askOf(contact);
    if (!about) return;
    setShown(CALL);
    call.setText(contact.phone ?? contact.customer ?? contact.site ?? "");
    void call.askFor(about);
  };
  return html`<div class=${`desk${isStale(board.state) ? " desk-stale" : ""}`}>
    <header class="top">
      <h1 class="desk-title">${t("title.desk")}</h1>
      <${CallBar} call=${call} away=${shown.view !== "call"} onBack=${() => setShown(CALL)} onNext=${next} />
      ${may.includes("view_complaints") && html`<button class="button button-quiet button-small" onClick=${() => setShown({ view: "contacts" })}>${t("desk.contacts")}</button>`}
      ${leads && html`<button class="button button-quiet button-small" onClick=${() => setShown({ view: "inspections" })}>${t("desk.inspections")}</button>`}
      <${TopSide} board=${board} session=${session} onHelp=${() => setHelp(true)} />
    </header>
    <main class="desk-main">
      ${
        shown.view === "call" &&
        html`<${AskBox} box=${box} call=${call} picking=${picking} onPick=${pick} onComplaint=${open} />
          ${picking && html`<${PlacePicker} complaints=${[...complaints.values()]} opening=${openingOf(call.about, call.outage, call.customer, session.user.region)} onPick=${askAt} />`}
          <${CallView} call=${call} care=${care} board=${board} may=${may} onOpen=${open} onNext=${next} onAnswered=${answered} />`
      }
      ${
        shown.view === "case" &&
        html`<${CaseView}
          key=${shown.id}
          id=${shown.id}
          line=${shown.line}
          board=${board}
          care=${care}
          session=${session}
          onOpen=${open}
          onClose=${() => setShown(CALL)}
        />`
      }
      ${shown.view === "contacts" && html`<${Contacts} leads=${leads} onAsk=${askAbout} onOpen=${open} />`}
      ${shown.view === "inspections" && html`<${Inspections} onOpen=${open} />`}
    </main>
    ${
      may.includes("view_complaints") &&
      html`<${Queues}
        board=${board}
        complaints=${complaints}
        me=${me}
        openId=${shown.view === "case" ? shown.id : ""}
        onOpen=${(/** @type {Line} */ line) => open(line.lead.id, line)}
      />`
    }
    <${Toasts} />
    ${help && html`<${Help} onClose=${() => setHelp(false)} />`}
  </div>`;
}

/** A link to one complaint opens it: `/desk?complaint=C12`.
 * @returns {Shown} */
function firstShown() {
  const id = new URLSearchParams(location.search).get("complaint");
  return id ? { view: "case", id, line: null } : CALL;
}
