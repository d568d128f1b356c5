/** Which screen an address means: a word after #/, a job by its id, a form of that job after it. */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { PlaceForm } from "../forms/place.js";
import { QuestionForm } from "../forms/question.js";
import { AwayForm, DeclineForm, DoneForm, FailForm, StepBackForm } from "../forms/report.js";
import { RunForm } from "../forms/run.js";
import { SignatureForm } from "../forms/signature.js";
import { JobPage } from "../job/page.js";
import { stepsOf } from "../state/life.js";
import { DayPage } from "./day.js";
import { MapPage } from "./map.js";
import { MorePage } from "./more.js";
import { NoticesPage } from "./notices.js";
import { QuestionsPage } from "./questions.js";
import { SosPage } from "./sos.js";
import { TeamPage } from "./team.js";
import { WaitingPage } from "./waiting.js";

/** @typedef {import("../work.js").Work} Work */

/** Title of each screen. @type {Record<string, string>} */
const TITLES = {
  map: "day.map", notices: "notices.title", more: "top.more", questions: "questions.title", sos: "sos.title",
  team: "team.title", waiting: "waiting.short",
}; // prettier-ignore

/** @type {Record<string, ((props: any) => unknown) | undefined>} */
const FORMS = {
  done: DoneForm, declined: DeclineForm, failed: FailForm, away: AwayForm, place: PlaceForm, question: QuestionForm,
  signature: SignatureForm, "step-back": StepBackForm,
}; // prettier-ignore
/** These make no sense once the job has moved on. */
const STEP_FORMS = ["done", "declined", "failed", "away", "step-back"];

/**
 * @param {string[]} route
 * @returns {[string, string | null]} its title, and where back leads
 */
export function titleOf([first, second = "", third]) {
  if (!first) return second in TITLES ? [t(TITLES[second]), second === "map" && third ? `#${third}` : "#"] : [t("top.day"), null];
  return [first, second ? `#${first}` : "#"];
}

/** @param {{route: string[], work: Work, onSignOut: () => Promise<void>}} props */
export function Screen({ route: [first, second = "", third = ""], work, onSignOut }) {
  if (first) return html`<${JobScreen} key=${first} id=${first} form=${second} work=${work} />`;
  if (second === "map") return html`<${MapPage} work=${work} only=${third} />`;
  if (second === "notices") return html`<${NoticesPage} work=${work} />`;
  if (second === "more") return html`<${MorePage} work=${work} onSignOut=${onSignOut} />`;
  if (second === "questions") return html`<${QuestionsPage} work=${work} />`;
  if (second === "sos") return html`<${SosPage} work=${work} />`;
  if (second === "team") return html`<${TeamPage} work=${work} />`;
  if (second === "waiting") return html`<${WaitingPage} work=${work} />`;
  return html`<${DayPage} work=${work} />`;
}

/** @param {{id: string, form: string, work: Work}} props */
function JobScreen({ id, form, work }) {
  const order = work.orders.find((one) => one.id === id);
  if (!order) return html`<${DayPage} work=${work} />`; // not mine any more: the day says so
  if (form.startsWith("run-")) return html`<${RunForm} order=${order} work=${work} step=${form.slice(4)} />`;
  const Form = FORMS[form];
  const late = STEP_FORMS.includes(form) && stepsOf(order) === null;
  return Form && !late ? html`<${Form} order=${order} work=${work} />` : html`<${JobPage} order=${order} work=${work} />`;
}
