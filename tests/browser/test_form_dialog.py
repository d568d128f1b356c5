"""A question in a dialog: sent once, never lost, never silent, however quick or slow the person and the server are."""

from __future__ import annotations

from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

MAKE = """async () => {
  const {html, render, useState} = await import("/vendor/preact.js");
  const {register} = await import("/shared/lib/i18n.js");
  const {FormDialog, Field} = await import("/static/parts/dialog.js");
  const {Choice} = await import("/static/parts/choice.js");
  const {listenForKeys, useKeys} = await import("/static/parts/keys.js");
  const {Toasts} = await import("/static/parts/toasts.js");
  register({en: {cancel: "Cancel", "refused.in_english": "{message}"}, zh: {}});
  listenForKeys();
  window.sent = [];       // what was submitted, each with how to answer it
  window.left = 0;
  window.pressed = [];
  function Page() {
    const [open, setOpen] = useState(false);
    const [options, setOptions] = useState([]);
    window.offer = setOptions;
    const other = () => window.pressed.push("p");
    useKeys([{keys: "h", label: "", run: () => setOpen(true)}, {keys: "p", label: "", run: other}]);
    const submit = (fields) => new Promise((done, refuse) => window.sent.push({fields, done, refuse}));
    const close = () => { window.left += 1; setOpen(false); };
    return html`<button onClick=${() => setOpen(true)}>Open</button><${Toasts} />
      ${open && html`<${FormDialog} title="Hold" action="Send" awaiting=${!options.length} onClose=${close}
        onSubmit=${submit}>
        <${Choice} name="why" label="Why" options=${options} />
        <${Field} name="note" label="Note"><input id="field-note" name="note" /><//>
      <//>`}`;
  }
  document.body.innerHTML = '<div id="app"></div>';
  render(html`<${Page} />`, document.getElementById("app"));
}"""
OFFER = "() => window.offer([['access', 'Access'], ['landlord', 'Landlord']])"


@pytest_asyncio.fixture(loop_scope="session")
async def dialog_page(blank: Page) -> Page:
    await blank.evaluate(MAKE)
    return blank


async def sent(page: Page) -> list[dict[str, Any]]:
    return list(await page.evaluate("() => window.sent.map(({fields}) => fields)"))


async def test_what_is_sent_before_its_choices_came_goes_once_they_are_there(dialog_page: Page) -> None:
    page = dialog_page
    await page.get_by_role("button", name="Open").click()
    await page.get_by_label("Note").fill("the key comes at nine")
    await page.keyboard.press("Control+Enter")
    await page.get_by_role("button", name="Send").click()
    assert await sent(page) == []
    await page.evaluate(OFFER)
    await expect(page.get_by_role("button", name="Send")).to_have_attribute("aria-disabled", "true")
    assert await sent(page) == [{"why": "access", "note": "the key comes at nine"}]


async def test_a_form_is_sent_once_while_its_answer_is_on_the_way(dialog_page: Page) -> None:
    page = dialog_page
    await page.get_by_role("button", name="Open").click()
    await page.evaluate(OFFER)
    note = page.get_by_label("Note")
    await note.press("Control+Enter")
    await note.press("Control+Enter")
    await note.press("Enter")
    await page.get_by_role("button", name="Send").dispatch_event("click")
    assert len(await sent(page)) == 1
    await page.evaluate("() => window.sent[0].refuse(new Error('Somebody was quicker.'))")
    await expect(page.get_by_role("alert")).to_have_text("Somebody was quicker.")
    await note.press("Control+Enter")
    assert len(await sent(page)) == 2, "what was refused can be sent again"


async def test_a_refusal_after_the_dialog_was_left_is_said_and_closes_no_other(dialog_page: Page) -> None:
    page = dialog_page
    await page.evaluate(OFFER)
    for answer in ("refuse(new Error('Somebody was quicker.'))", "done()"):
        await page.get_by_role("button", name="Open").click()
        await page.get_by_label("Note").press("Control+Enter")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await page.get_by_role("button", name="Open").click()
        await page.evaluate(f"() => window.sent.at(-1).{answer}")
        await expect(page.locator(".toast")).to_contain_text("Somebody was quicker.")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.get_by_role("button", name="Cancel").click()
    assert await page.evaluate("() => window.left") == 4


READER = """async () => {
  const {html, render} = await import("/vendor/preact.js");
  const {useVersion} = await import("/static/parts/use_version.js");
  const tried = [];
  let keep;
  function Form({version}) { keep = useVersion("/api/v1/problems/R1", version); return html`<p>${version}</p>`; }
  document.body.innerHTML = '<div id="app"></div>';
  const draw = (version) => render(html`<${Form} version=${version} />`, document.getElementById("app"));
  const send = (version) => {
    tried.push(version);
    return version === 3 ? Promise.resolve("kept") : Promise.reject({reason: "version_is_old"});
  };
  draw(1);
  draw(2); // the feed has more of it, and nobody has looked
  const first = await keep(send).catch((error) => error.reason);
  return [first, await keep(send), tried];
}"""


async def test_what_others_wrote_meanwhile_is_overwritten_only_by_who_was_told(blank: Page) -> None:
    await blank.route("**/api/v1/problems/R1", lambda route: route.fulfill(json={"id": "R1", "version": 3}))
    assert await blank.evaluate(READER) == ["version_is_old", "kept", [1, 3]]
    await blank.unroute("**/api/v1/problems/R1")


async def test_what_is_on_its_way_is_not_sent_again(blank: Page) -> None:
    told = await blank.evaluate(
        """async () => {
          const {once} = await import("/static/parts/once.js");
          const answers = [];
          const ask = () => new Promise((done, refuse) => answers.push({done, refuse}));
          const [first, again, other] = [once("urge K1", ask), once("urge K1", ask), once("urge K2", ask)];
          await again;
          const asked = answers.length;
          answers[0].refuse(new Error("no"));
          await first;
          void once("urge K1", ask);
          answers[1].done();
          await other;
          return [asked, answers.length];
        }"""
    )
    assert told == [2, 3]


async def test_the_key_after_the_one_that_asks_is_for_the_dialog_and_the_focus_comes_back(dialog_page: Page) -> None:
    page = dialog_page
    await page.evaluate(OFFER)
    opener = page.get_by_role("button", name="Open")
    await opener.focus()
    # in one breath: no frame is drawn between the two keys
    await page.evaluate(
        """async () => {
          const event = (key) => new KeyboardEvent("keydown", {key, bubbles: true});
          const press = (key) => document.activeElement.dispatchEvent(event(key));
          press("h");
          await Promise.resolve();
          await Promise.resolve();
          press("p");
        }"""
    )
    assert await page.evaluate("() => window.pressed") == []
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(opener).to_be_focused()
