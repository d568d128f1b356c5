/**
 * Views of the alarm list that were given a name: each is a URL, on a key of its own.
 */

import { html, useEffect, useState } from "/vendor/preact.js";
import { del, get, post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useKeys } from "../parts/keys.js";
import { sayRefusal } from "../parts/toasts.js";
import { parseRoute, searchOf } from "../state/route.js";

/** @typedef {{id: string, name: string, search: string, shared: boolean, owner: string}} SavedView */
/** @typedef {import("../state/route.js").Route} Route */

const KEYS = 9;
const PATH = "/api/v1/saved-views";

/** @param {{route: Route, go: import("./views.js").ViewProps["go"], user: import("/shared/lib/api.js").User}} props */
export function SavedViews({ route, go, user }) {
  const [open, setOpen] = useState(false);
  const { views, save, remove } = useViews();
  const here = searchOf({ ...route, view: "alarms" }).slice(1);
  const onKeys = views.slice(0, KEYS);
  useKeys([
    ...onKeys.map(({ search }, n) => ({
      keys: String(n + 1),
      label: n === 0 ? "key.saved_view" : "",
      run: () => go(parseRoute(search)),
    })),
    { keys: "V", label: "key.saved_views", run: () => setOpen(true) },
  ]);
  return html`<div class="chips" role="group" aria-label=${t("views.saved")}>
      ${onKeys.map(
        ({ id, name, search }, n) =>
          html`<a key=${id} class="chip" href=${`?${search}`} aria-current=${search === here ? "true" : undefined}>
            ${name} <kbd>${n + 1}</kbd>
          </a>`,
      )}
      <button class="chip" onClick=${() => setOpen(true)}>${t("views.save")} <kbd>V</kbd></button>
    </div>
    ${open && html`<${ViewsDialog} views=${views} user=${user} onSave=${(/** @type {Record<string, string>} */ { name, shared }) => save(name, here, shared === "on")} onRemove=${remove} onClose=${() => setOpen(false)} />`}`;
}

/** @param {{views: SavedView[], user: import("/shared/lib/api.js").User, onSave: (fields: Record<string, string>) => Promise<void>, onRemove: (id: string) => void, onClose: () => void}} props */
function ViewsDialog({ views, user, onSave, onRemove, onClose }) {
  return html`<${FormDialog} title=${t("views.saved")} action=${t("views.save")} onClose=${onClose} onSubmit=${onSave}>
    ${
      views.length > 0 &&
      html`<ul class="list">
        ${views.map(
          ({ id, name, shared, owner }) =>
            html`<li key=${id} class="saved-view">
              <span>${name} ${shared && html`<span class="muted">${t("views.of_all", { who: owner })}</span>`}</span>
              ${owner === user.name && html`<button type="button" class="button button-small button-quiet" onClick=${() => onRemove(id)}>${t("views.remove")}</button>`}
            </li>`,
        )}
      </ul>`
    }
    <${Field} name="name" label=${t("views.name")}>
      <input id="field-name" name="name" required maxlength="60" autofocus />
    <//>
    <label class="check"><input type="checkbox" name="shared" /> ${t("views.shared")}</label>
    <p class="muted dense">${t("views.hint")}</p>
  <//>`;
}

/** `save` throws what the server says, `remove` says it.
 * @returns {{views: SavedView[], save: (name: string, search: string, shared: boolean) => Promise<void>, remove: (id: string) => void}} */
function useViews() {
  const [views, setViews] = useState(/** @type {SavedView[]} */ ([]));
  const look = async () => setViews(await fetchViews());
  useEffect(() => void look().catch(sayRefusal), []);
  return {
    views,
    save: (name, search, shared) => post(PATH, { name, search, shared }).then(look),
    remove: (id) => void del(`${PATH}/${encodeURIComponent(id)}`).then(look).catch(sayRefusal),
  };
}

/** Those of the alarm list.
 * @returns {Promise<SavedView[]>} */
async function fetchViews() {
  const { items } = await get(PATH);
  return items.filter((/** @type {SavedView} */ { search }) => parseRoute(search).view === "alarms");
}
