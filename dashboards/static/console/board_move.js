/**
 * Giving a need to somebody, or an order to another: by keys or by dragging, with what it would do asked for on the way.
 */

import { useEffect, useRef, useState } from "/vendor/preact.js";
import { get, post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { refusalSentence } from "../words/catalogue.js";

/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */
/** @typedef {import("../state/shapes_board.js").Option} Option */
/** @typedef {import("../state/shapes_board.js").Preview} Preview */
/** @typedef {{need: string}|{order: string}} What */

const SETTLE_MS = 120;

/**
 * @typedef {object} Move
 * @property {What|null} what  is being moved
 * @property {boolean} byKeys
 * @property {Option[]|null} options  everybody, whoever could be there first in front; null until they are there
 * @property {string} to  the technician it is aimed at
 * @property {Preview|null} preview  of that
 * @property {string} problem  why it cannot be
 * @property {(what: What, byKeys: boolean) => void} begin
 * @property {(technician: string) => void} aim
 * @property {(technician?: string) => Promise<void>} drop
 * @property {() => void} cancel
 * @property {boolean} mayMove
 */

/** @param {any} board
 * @param {boolean} mayMove
 * @returns {Move} */
export function useMove(board, mayMove) {
  const [what, setWhat] = useState(/** @type {What|null} */ (null));
  const [byKeys, setByKeys] = useState(false);
  const [options, setOptions] = useState(/** @type {Option[]|null} */ (null));
  const [to, setTo] = useState("");
  const [seen, setSeen] = useState({ preview: /** @type {Preview|null} */ (null), problem: "" });
  const reading = useRef(/** @type {AbortController|null} */ (null));
  const clear = () => {
    reading.current?.abort();
    setWhat(null);
    setOptions(null);
    setTo("");
    setSeen({ preview: null, problem: "" });
  };
  useEffect(() => {
    if (!what) return undefined;
    const leaving = new AbortController();
    get("/api/v1/work-orders/preview", { ...what }, leaving.signal).then(
      ({ items }) => {
        setOptions(items);
        if (byKeys && items[0]) setTo(items[0].technician);
      },
      (error) => leaving.signal.aborted || setSeen({ preview: null, problem: refusalSentence(error) }),
    );
    return () => leaving.abort();
  }, [what, byKeys]);
  useEffect(() => {
    setSeen({ preview: null, problem: "" });
    if (!what || !to) return undefined;
    const mine = (reading.current = new AbortController());
    const timer = setTimeout(() => {
      get("/api/v1/work-orders/preview", { ...what, technician: to }, mine.signal).then(
        (preview) => setSeen({ preview, problem: "" }),
        (error) => mine.signal.aborted || setSeen({ preview: null, problem: refusalSentence(error) }),
      );
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      mine.abort();
    };
  }, [what, to]);
  return {
    what,
    byKeys,
    options,
    to,
    ...seen,
    mayMove,
    begin: (one, keys) => {
      if (!mayMove) return;
      clear();
      setByKeys(keys);
      setWhat(one);
    },
    aim: setTo,
    drop: async (technician = to) => {
      if (!what || !technician) return;
      const given = what;
      clear();
      await carryOut(board, given, technician).catch(sayRefusal);
    },
    cancel: clear,
  };
}

/** Carries it out, and says how it is undone while that is possible.
 * @param {any} board
 * @param {What} what
 * @param {string} technician */
async function carryOut(board, what, technician) {
  const order = /** @type {WorkOrder} */ (
    "need" in what
      ? await post("/api/v1/work-orders", { need: what.need, technician })
      : await post(`/api/v1/work-orders/${encodeURIComponent(what.order)}/reassign`, {
          technician,
          version: board.items("work_order").get(what.order)?.version,
        })
  );
  board.apply("work_order", order);
  const words = { who: order.technician_name ?? order.technician, site: order.site_name ?? order.site };
  say({ text: t("work.given", words), undo: () => void undo(board, order).catch(sayRefusal) });
}

/** Takes back what was last done by hand to an order.
 * @param {any} board
 * @param {WorkOrder} order */
export async function undo(board, order) {
  const now = board.items("work_order").get(order.id) ?? order;
  const after = await post(`/api/v1/work-orders/${encodeURIComponent(order.id)}/undo`, { version: now.version });
  board.apply("work_order", after);
  say({ text: t("work.undone", { id: after.id }) });
}
