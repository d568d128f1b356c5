/**
 * The alarms of an incident as a tree: the root first, below each what it caused, with the reason in words.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Mark, Time } from "../parts/marks.js";
import { sizeBelow } from "../state/incidents.js";
import { alarmType, resourceName, resourceOf } from "../words/catalogue.js";
import { reasonWords } from "../words/reasons.js";
import { SiteName } from "./alarm_row.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../state/incidents.js").TreeNode} TreeNode */

const OPEN_UP_TO = 40;
const BRANCHES = 50;

/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {{incident: Incident, alarms: ReadonlyMap<string, Alarm>, openDepth: number}} Around */

/** @param {{incident: Incident, alarms: ReadonlyMap<string, Alarm>, root: TreeNode}} props */
export function AlarmTree({ incident, alarms, root }) {
  const openDepth = sizeBelow(root) <= OPEN_UP_TO ? Infinity : 1;
  return html`<ul class="tree" role="tree" aria-label=${t("incident.tree")}>
    <${Branch} node=${root} depth=${0} around=${{ incident, alarms, openDepth }} />
  </ul>`;
}

/** @param {{node: TreeNode, depth: number, around: Around}} props */
function Branch({ node, depth, around }) {
  const [open, setOpen] = useState(depth < around.openDepth);
  const below = sizeBelow(node);
  const alarm = around.alarms.get(node.alarm ?? "");
  return html`<li
    role="treeitem"
    aria-level=${depth + 1}
    aria-expanded=${below ? open : undefined}
    aria-selected="false"
    class="branch"
  >
    <div class="leaf">
      ${
        below
          ? html`<button
              class="fold"
              aria-label=${t(open ? "fold" : "unfold", { n: below })}
              onClick=${() => setOpen(!open)}
            >
              ${open ? "−" : "+"}
            </button>`
          : html`<span class="fold" aria-hidden="true"></span>`
      }
      ${alarm ? html`<${Leaf} alarm=${alarm} isRoot=${depth === 0} />` : html`<${Inferred} incident=${around.incident} />`}
      ${below > 0 && !open && html`<span class="muted">${t("below_n", { n: below })}</span>`}
    </div>
    ${
      below > 0 &&
      open &&
      html`<ul role="group">
        ${node.children.slice(0, BRANCHES).map((child) => html`<${Branch} key=${child.alarm} node=${child} depth=${depth + 1} around=${around} />`)}
        ${node.children.length > BRANCHES && html`<li role="none" class="leaf muted">${t("more_n", { n: node.children.length - BRANCHES })}</li>`}
      </ul>`
    }
  </li>`;
}

/** @param {{alarm: Alarm, isRoot: boolean}} props */
function Leaf({ alarm, isRoot }) {
  const cleared = alarm.state === "cleared";
  return html`<${Mark} severity=${cleared ? "cleared" : alarm.severity} quiet=${cleared} />
    <span class=${cleared ? "leaf-type muted" : "leaf-type"}>${alarmType(alarm.alarm_type)}</span>
    <span class="leaf-place">
      <${SiteName} id=${alarm.site} name=${alarm.site_name} other=${alarm} />
      <span class="muted"> ${resourceOf(alarm)}</span>
    </span>
    <span class="leaf-reason muted">${isRoot ? t("incident.root") : reasonWords(alarm.cause_reason)}</span>
    <span class="leaf-time muted"><${Time} at=${alarm.raised_at} zone=${alarm.time_zone} /></span>`;
}

/** @param {{incident: Incident}} props */
function Inferred({ incident }) {
  const { root } = incident;
  return html`<${Mark} severity=${incident.severity} />
    <span class="leaf-type">${alarmType(root.alarm_type)}</span>
    <span class="leaf-place">${root.site ?? ""} <span class="muted">${resourceName(root.resource)}</span></span>
    <span class="leaf-reason muted">${t("incident.inferred")} ${reasonWords(root.reason)}</span>`;
}
