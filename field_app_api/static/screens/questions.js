/** What colleagues ask and I may know: answered in a line. */

import { html, useEffect, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Asked } from "../job/help.js";
import { TextField } from "../parts/fields.js";
import { Thumb } from "../parts/thumb.js";

/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("../work.js").Work} Work */

/** @param {{work: Work}} props */
export function QuestionsPage({ work }) {
  const [questions, setQuestions] = useState(/** @type {Question[] | null} */ (null));
  const [said, setSaid] = useState("net.reading");
  useEffect(() => {
    const wanted = new AbortController();
    get("/api/v1/me/questions", {}, wanted.signal).then(
      (page) => setQuestions(page.items),
      () => wanted.signal.aborted || setSaid("questions.no_connection"),
    );
    return () => wanted.abort();
  }, [work.day?.seen]);
  return html`<main class="page">
    <h1 class="visually-hidden">${t("questions.title")}</h1>
    ${questions === null && html`<p class="notice" role="status">${t(said)}</p>`}
    ${questions?.length === 0 && html`<p class="notice">${t("questions.none")}</p>`}
    ${(questions ?? []).map((question) => html`<${OneQuestion} key=${question.id} question=${question} work=${work} />`)}
    <${Thumb}><a class="button button-thumb" href="#/more">${t("do.back")}</a><//>
  </main>`;
}

/** @param {{question: Question, work: Work}} props */
function OneQuestion({ question, work }) {
  const [text, setText] = useState("");
  const own = work.items.filter((item) => item.kind === "answer" && item.path.includes(`/${question.id}/`));
  const known = new Set(question.answers.map((answer) => answer.text));
  const mine = own.filter((item) => !known.has(item.body.text)).map((item) => ({ at: item.at, by: "", text: item.body.text }));
  const shown = { ...question, answers: [...question.answers, ...mine] };
  const send = () => {
    void work.answer(question.id, text.trim());
    setText("");
  };
  return html`<section>
    <h2>${question.site_name ?? question.site ?? ""}</h2>
    <${Asked} question=${shown} zone=${null} />
    ${question.photo && html`<img class="asked-photo" src=${`/api/v1/photos/${question.photo}`} alt=${t("question.photo")} loading="lazy" />`}
    <${TextField} id=${`answer-${question.id}`} label=${t("questions.answer")} value=${text} onText=${setText} long optional />
    <button class="button" disabled=${!text.trim()} onClick=${send}>${t("do.send")}</button>
  </section>`;
}
