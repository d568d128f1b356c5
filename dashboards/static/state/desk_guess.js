/**
 * Which category a complaint is likely of: by what the customer says, else by whether an outage explains the call.
 */

/** @typedef {import("./shapes_desk.js").Category} Category */

/** The first that is said counts. A category that policy does not have is never guessed. */
const SAID = /** @type {[string, RegExp][]} */ ([
  ["billing", /话费|扣费|账单|资费|多收|\bbill|charge|invoice/i],
  ["tower_nuisance", /噪[声音]|辐射|租金|扰民|nois[ey]|radiation|\brent\b/i],
  ["dropped_calls", /掉话|掉线|断线|通话中断|drops?\b|dropped|cut off|cuts off/i],
  ["slow_data", /慢|卡顿|很卡|太卡|网速|slow|lag(s|gy|ging)?\b|buffering/i],
  ["no_data", /上不了网|不能上网|没网|无法上网|网络用不了|no (data|internet)|internet/i],
  ["no_signal", /信号|无服务|没服务|打不通|打不出|signal|no (service|network|reception)|cannot call|can't call/i],
]);
const USUAL = "no_signal";
const OTHERWISE = "other";

/** @param {string} text  the customer's words
 * @param {boolean} out  whether an outage explains the call
 * @param {Category[]} categories  as policy has them
 * @returns {string} the category's id, empty without any */
export function guessCategory(text, out, categories) {
  const known = new Set(categories.map(({ id }) => id));
  const said = SAID.find(([id, words]) => known.has(id) && words.test(text))?.[0];
  const usual = out || !text.trim() ? USUAL : undefined; // who says nothing more has no service
  const likely = [said, usual, OTHERWISE].find((id) => id && known.has(id));
  return likely ?? categories[0]?.id ?? "";
}

const HEATS = /** @type {const} */ (["calm", "annoyed", "heated"]);

/** @param {import("./shapes_desk.js").Heat} heat
 * @returns {import("./shapes_desk.js").Heat} one step hotter, and calm again after the hottest */
export function nextHeat(heat) {
  return HEATS[(HEATS.indexOf(heat) + 1) % HEATS.length] ?? "calm";
}
