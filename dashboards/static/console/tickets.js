/**
 * The ticket view: the queue by what runs out first, in groups; the ticket that is looked at beside it; many at once.
 */

import { html, useMemo, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { useNarrow } from "../parts/measures.js";
import { Nothing } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { useFirst } from "../parts/use_first.js";
import { VirtualList } from "../parts/virtual_list.js";
import { clocksBy } from "../state/runs_out.js";
import { GROUP_NAMES, isInGroup, queueOf } from "../state/tickets.js";
import { incidentTitle, titleWords } from "../words/catalogue.js";
import { Inspections } from "./inspections.js";
import { OpenTicket } from "./open_ticket.js";
import { BulkBar } from "./ticket_bulk.js";
import { useChoices } from "./ticket_choices.js";
import { TicketDetail } from "./ticket_detail.js";
import { COLUMNS, TicketHead, TicketRow } from "./ticket_row.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */
/** @typedef {import("../state/tickets.js").Queued} Queued */
/** @typedef {import("../state/tickets.js").Group} Group */
/** @typedef {import("./views.js").ViewProps} ViewProps */

const ROW_HEIGHT = 36;
const PHONE_ROW_HEIGHT = 60;
const INSPECTIONS = "inspections";

/** @param {ViewProps} props */
export function Tickets(props) {
  const { board, route, go, may } = props;
  useTick();
  const [opening, setOpening] = useState(false);
  const queue = useQueue(props);
  const group = /** @type {Group|"inspections"} */ (route.state || "all");
  const show = (/** @type {Ticket} */ ticket) => go({ view: "tickets", id: ticket.id, state: "" });
  useKeys([
    ...(may("manage_tickets") ? [{ keys: "n", label: "key.new_ticket", run: () => setOpening(true) }] : []),
    ...GROUP_NAMES.map((name, at) => ({
      keys: String(at + 1),
      label: `tickets.${name}`,
      run: () => go({ view: "tickets", state: name === "all" ? "" : name }, true),
    })),
  ]);
  return html`<section class="view-tickets">
    <${Bar} queue=${queue} group=${group} go=${go} may=${may} onOpen=${() => setOpening(true)} />
    ${
      group === INSPECTIONS
        ? html`<${Inspections} user=${props.user} may=${may} id=${route.id} go=${go} />`
        : html`<${Queue} key=${group} ...${props} queue=${queue} group=${group} />`
    }
    ${opening && html`<${OpenTicket} board=${board} onClose=${() => setOpening(false)} onOpened=${show} />`}
  </section>`;
}

/** The queue in its order, and what a group is about for the reader.
 * @param {ViewProps} props */
function useQueue({ board, revision, user, may }) {
  const { data } = useFetched("/api/v1/extensions", { on: board.items("clock"), params: { limit: 500 }, everyMs: 30_000 });
  const asked = useMemo(
    () => new Set((/** @type {any} */ (data)?.items ?? []).map((/** @type {{ticket: string}} */ one) => one.ticket)),
    [data],
  );
  return useMemo(() => {
    const all = queueOf(board.items("ticket").values(), clocksBy(board.items("clock").values(), "ticket"));
    const reader = { name: user.name, mayGrant: may("grant_time"), asked, now: now() };
    return { all, of: (/** @type {Group} */ group) => all.filter((one) => isInGroup(one, group, reader)) };
  }, [revision, asked]);
}

/**
 * @param {object} props
 * @param {ReturnType<typeof useQueue>} props.queue
 * @param {string} props.group
 * @param {ViewProps["go"]} props.go
 * @param {ViewProps["may"]} props.may
 * @param {() => void} props.onOpen
 */
function Bar({ queue, group, go, may, onOpen }) {
  const chip = (/** @type {string} */ name, /** @type {number|null} */ count) =>
    html`<button
      key=${name}
      class="chip"
      aria-pressed=${group === name}
      onClick=${() => go({ view: "tickets", state: name === "all" ? "" : name })}
    >
      ${t(`tickets.${name}`)} ${count !== null && html`<span class="chip-count">${count}</span>`}
    </button>`;
  return html`<div class="bar">
    <div class="chips chips-wrap" role="group" aria-label=${t("tickets.groups")}>
      ${GROUP_NAMES.map((name) => chip(name, queue.of(name).length))} ${chip(INSPECTIONS, null)}
    </div>
    ${group !== INSPECTIONS && html`<span class="muted bar-hint">${t("tickets.order")}</span>`}
    ${
      may("manage_tickets") &&
      html`<button class="button button-small bar-end" onClick=${onOpen}>${t("ticket.open_by_hand")} <kbd>n</kbd></button>`
    }
  </div>`;
}

/** @param {ViewProps & {queue: ReturnType<typeof useQueue>, group: Group}} props */
function Queue({ board, revision, route, go, user, may, queue, group }) {
  const { choices } = useChoices();
  const narrow = useNarrow();
  const [chosen, setChosen] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const shown = queue.of(group);
  const first = useFirst(shown, (one) => one.ticket.id);
  const id = route.id || (narrow ? "" : first);
  const index = shown.findIndex((one) => one.ticket.id === id);
  const look = (/** @type {number} */ at) => {
    const next = shown[Math.max(0, Math.min(shown.length - 1, at))];
    if (next) go({ view: "tickets", id: next.ticket.id, state: route.state }, true);
  };
  const toggle = (/** @type {string} */ one) => setChosen(toggled(chosen, one));
  useKeys([
    { keys: "j", label: "key.down", run: () => look(index + 1) },
    { keys: "k", label: "key.up", run: () => look(index - 1) },
    { keys: "x", label: "key.choose", run: () => index >= 0 && toggle(id) },
    { keys: "X", label: "key.choose_all", run: () => setChosen(new Set(shown.map((one) => one.ticket.id))) },
    ...(chosen.size ? [{ keys: "Escape", label: "key.none", run: () => setChosen(new Set()) }] : []),
  ]);
  if (!board.loaded && !shown.length) return html`<${Nothing} title=${t("loading.tickets")} />`;
  if (!shown.length && !route.id) return html`<${NoTickets} group=${group} />`;
  return html`${
      chosen.size > 0 &&
      html`<${BulkBar}
        tickets=${[...chosen].flatMap((one) => board.items("ticket").get(one) ?? [])}
        choices=${choices}
        board=${board}
        onNone=${() => setChosen(new Set())}
        onKeep=${(/** @type {string[]} */ ids) => setChosen(new Set(ids))}
      />`
    }
    <div class=${`split split-table split-tickets${route.id ? " split-chosen" : ""}`}>
      <${List}
        shown=${shown}
        id=${id}
        chosen=${chosen}
        board=${board}
        revision=${revision}
        user=${user}
        choices=${choices}
        onLook=${look}
        onToggle=${toggle}
      />
      ${
        id &&
        html`<${TicketDetail}
          key=${id}
          id=${id}
          board=${board}
          revision=${revision}
          choices=${choices}
          user=${user}
          may=${may}
          keys=${!chosen.size}
          onBack=${() => go({ view: "tickets", state: route.state })}
        />`
      }
    </div>`;
}

/**
 * @param {object} props
 * @param {Queued[]} props.shown
 * @param {string} props.id
 * @param {ReadonlySet<string>} props.chosen
 * @param {ViewProps["board"]} props.board
 * @param {number} props.revision
 * @param {ViewProps["user"]} props.user
 * @param {import("../state/shapes_board.js").Choices|null} props.choices
 * @param {(at: number) => void} props.onLook
 * @param {(ticket: string) => void} props.onToggle
 */
function List({ shown, id, chosen, board, revision, user, choices, onLook, onToggle }) {
  const orders = useMemo(() => ordersByTicket(board.items("work_order").values()), [revision]);
  const row = (/** @type {number} */ at) => {
    const queued = shown[at];
    if (!queued) return null;
    const { ticket } = queued;
    return html`<${TicketRow}
      key=${ticket.id}
      queued=${queued}
      title=${ticketTitle(ticket, board)}
      index=${at}
      here=${ticket.id === id}
      selected=${chosen.has(ticket.id)}
      orders=${orders.get(ticket.id) ?? []}
      user=${user.name}
      choices=${choices}
      onPick=${(/** @type {MouseEvent} */ event) => (event.ctrlKey || event.metaKey ? onToggle(ticket.id) : onLook(at))}
      onToggle=${() => onToggle(ticket.id)}
    />`;
  };
  return html`<${VirtualList}
    count=${shown.length}
    rowHeight=${useNarrow() ? PHONE_ROW_HEIGHT : ROW_HEIGHT}
    cursor=${shown.findIndex((one) => one.ticket.id === id)}
    label=${t("view.tickets")}
    active=${id && `ticket-${id}`}
    columns=${COLUMNS.length}
    head=${html`<${TicketHead} />`}
    row=${row}
  />`;
}

/** @param {{group: string}} props */
function NoTickets({ group }) {
  if (group === "all") return html`<${Nothing} title=${t("empty.tickets")} hint=${t("empty.tickets.hint")} />`;
  return html`<${Nothing} title=${t(`empty.tickets.${group}`)} hint=${t("empty.tickets.group_hint")} />`;
}

/** @param {Iterable<import("../shapes.js").WorkOrder>} orders */
function ordersByTicket(orders) {
  /** @type {Map<string, import("../shapes.js").WorkOrder[]>} */
  const found = new Map();
  for (const order of orders) found.set(order.ticket, [...(found.get(order.ticket) ?? []), order]);
  return found;
}

/** @param {ReadonlySet<string>} chosen
 * @param {string} id
 * @returns {ReadonlySet<string>} */
function toggled(chosen, id) {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** What a ticket is called: as its incident is, else in its own words with the site.
 * @param {Ticket} ticket
 * @param {any} board */
export function ticketTitle(ticket, board) {
  const incident = board.items("incident").get(ticket.incident);
  if (incident) return incidentTitle(incident, board);
  const title = titleWords(ticket.title);
  return !ticket.site_name || title.includes(ticket.site_name) ? title : `${title} · ${ticket.site_name}`;
}
