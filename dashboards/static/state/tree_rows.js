/**
 * The tree of causes as rows: the root first, alike symptoms folded into one row with their count, opened one by one.
 */

import { rank } from "/shared/lib/severity.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("./incidents.js").TreeNode} TreeNode */
/** @typedef {"type"|"site"} FoldBy */
/** @typedef {{toggled: ReadonlySet<string>, by: FoldBy, shown: string}} Look  `toggled`: rows that are not as they were at
 * first; `shown`: the alarm above which nothing is folded */

/**
 * @typedef {object} Row
 * @property {string} key  of an alarm its id
 * @property {"alarm"|"inferred"|"fold"} kind
 * @property {number} depth
 * @property {number} place  among its siblings, from 1
 * @property {number} siblings
 * @property {number} below  alarms under it
 * @property {boolean} open
 * @property {Alarm|null} alarm
 * @property {Fold|null} fold
 *
 * @typedef {object} Fold
 * @property {string} value  the alarm type or the site that its alarms share
 * @property {FoldBy} by
 * @property {Alarm[]} alarms  the first raised first
 * @property {Alarm|null} cause
 */

const OPEN_UP_TO = 40;
const FOLD_FROM = { type: 5, site: 2 };
const INFERRED = "inferred";

/**
 * @param {TreeNode} root
 * @param {ReadonlyMap<string, Alarm>} alarms
 * @param {Look} look
 * @returns {Row[]} those that are in sight, from the top
 */
export function treeRows(root, alarms, look) {
  const sizes = sizesBelow(root);
  const openDepth = (sizes.get(root) ?? 0) <= OPEN_UP_TO ? Infinity : 1;
  const around = { alarms, look, sizes, openDepth, path: new Set(pathTo(root, look.shown)) };
  return nodeRows(root, { depth: 0, place: 1, siblings: 1 }, around);
}

/**
 * @typedef {object} Around
 * @property {ReadonlyMap<string, Alarm>} alarms
 * @property {Look} look
 * @property {Map<TreeNode, number>} sizes
 * @property {number} openDepth
 * @property {Set<TreeNode>} path  from the root to the alarm that is to be seen
 */
/** @typedef {{depth: number, place: number, siblings: number}} Spot */

/** @param {TreeNode} node
 * @param {Spot} spot
 * @param {Around} around
 * @returns {Row[]} */
function nodeRows(node, spot, around) {
  const key = node.alarm ?? INFERRED;
  const below = around.sizes.get(node) ?? 0;
  const onPath = around.path.has(node) && key !== around.look.shown;
  const open = below > 0 && (onPath || spot.depth < around.openDepth !== around.look.toggled.has(key));
  const alarm = around.alarms.get(key) ?? null;
  const row = /** @type {Row} */ ({ ...spot, key, kind: alarm ? "alarm" : INFERRED, below, open, alarm, fold: null });
  return open ? [row, ...childRows(node, key, spot.depth + 1, around)] : [row];
}

/** @param {TreeNode} parent
 * @param {string} key
 * @param {number} depth
 * @param {Around} around
 * @returns {Row[]} */
function childRows(parent, key, depth, around) {
  const shown = folded(parent.children, around);
  return shown.flatMap((group, n) => {
    const spot = { depth, place: n + 1, siblings: shown.length };
    const [only] = group.nodes;
    if (only && group.nodes.length === 1) return nodeRows(only, spot, around);
    return foldRows(group, `${key}/${around.look.by}:${group.value}`, parent, spot, around);
  });
}

/** @param {{value: string, nodes: TreeNode[]}} group
 * @param {string} key
 * @param {TreeNode} parent
 * @param {Spot} spot
 * @param {Around} around
 * @returns {Row[]} */
function foldRows({ value, nodes }, key, parent, spot, around) {
  const alarms = nodes.flatMap((node) => around.alarms.get(node.alarm ?? "") ?? []).sort(byRaise);
  const below = nodes.reduce((sum, node) => sum + 1 + (around.sizes.get(node) ?? 0), 0);
  const open = around.look.toggled.has(key) || nodes.some((node) => around.path.has(node));
  const fold = { value, by: around.look.by, alarms, cause: around.alarms.get(parent.alarm ?? "") ?? null };
  const row = /** @type {Row} */ ({ ...spot, key, kind: "fold", below, open, alarm: null, fold });
  if (!open) return [row];
  const inside = nodes.flatMap((node, n) =>
    nodeRows(node, { depth: spot.depth + 1, place: n + 1, siblings: nodes.length }, around),
  );
  return [row, ...inside];
}

/** Siblings of one type, or at one site, as one group where they are many; in the order of the first of each.
 * @param {TreeNode[]} nodes
 * @param {Around} around
 * @returns {{value: string, nodes: TreeNode[]}[]} */
function folded(nodes, { alarms, look }) {
  /** @type {Map<string, TreeNode[]>} */
  const alike = new Map();
  for (const node of nodes) {
    const alarm = alarms.get(node.alarm ?? "");
    const value = alarm ? ((look.by === "type" ? alarm.alarm_type : alarm.site) ?? "") : `${node.alarm}`;
    const group = alike.get(value);
    if (group) group.push(node);
    else alike.set(value, [node]);
  }
  return [...alike].flatMap(([value, group]) =>
    group.length >= FOLD_FROM[look.by] ? [{ value, nodes: group }] : group.map((node) => ({ value, nodes: [node] })),
  );
}

/** @param {TreeNode} node
 * @param {string} alarm
 * @returns {TreeNode[]} the nodes from this one down to the alarm; none when it is not below */
function pathTo(node, alarm) {
  if (!alarm) return [];
  if (node.alarm === alarm) return [node];
  for (const child of node.children) {
    const path = pathTo(child, alarm);
    if (path.length) return [node, ...path];
  }
  return [];
}

/** @param {TreeNode} root
 * @returns {Map<TreeNode, number>} how many nodes are below each */
function sizesBelow(root) {
  /** @type {Map<TreeNode, number>} */
  const sizes = new Map();
  /** @param {TreeNode} node
   * @returns {number} */
  const measure = (node) => {
    const size = node.children.reduce((sum, child) => sum + 1 + measure(child), 0);
    sizes.set(node, size);
    return size;
  };
  measure(root);
  return sizes;
}

/** The worst severity of those that stand; cleared when none does.
 * @param {Alarm[]} alarms
 * @returns {import("../shapes.js").Severity} */
export function worstOf(alarms) {
  const standing = alarms.filter((alarm) => alarm.state === "active").map((alarm) => alarm.severity);
  return standing.sort((one, other) => rank(one) - rank(other))[0] ?? "cleared";
}

/** Where the cursor stands: on the chosen row, else at the height at which it was last.
 * @param {Row[]} rows
 * @param {string} chosen
 * @param {number} last */
export function cursorIn(rows, chosen, last) {
  const found = rows.findIndex((row) => row.key === chosen);
  return found >= 0 ? found : Math.max(0, Math.min(last, rows.length - 1));
}

/** @param {Alarm} a
 * @param {Alarm} b */
function byRaise(a, b) {
  return Date.parse(a.raised_at) - Date.parse(b.raised_at);
}
