/** The photos of a job, those on this phone and those that the server has; how many are still to be sent. */

import { html, useEffect, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { PhotoInput } from "../parts/photo_input.js";
import { refusalSentence } from "./refused.js";

/** @typedef {import("../types.js").KeptPhoto} KeptPhoto */
/** @typedef {import("../types.js").Photo} Photo */
/** @typedef {import("../types.js").ShownOrder} ShownOrder */
/** @typedef {import("../work.js").Work} Work */

/** @param {{order: ShownOrder, work: Work}} props */
export function Photos({ order, work }) {
  const photos = order.photos ?? [];
  const sent = photos.length - order.unsent;
  return html`<section>
    <h2>${t("photo.title")} <span class="muted">${photos.length || ""}</span></h2>
    ${order.unsent > 0 && html`<p role="status" class="muted">${t("photo.progress", { sent, of: photos.length })}</p>`}
    ${photos.length > 0 &&
    html`<ul class="thumbs">
      ${photos.map((photo) => html`<${Thumbnail} key=${photo.id} photo=${photo} kept=${work.photos.find(({ id }) => id === photo.id)} work=${work} />`)}
    </ul>`}
    ${!order.ended_at &&
    html`<div class="pair">
      <${PhotoInput} work=${work} order=${order} kind="photo" />
      <a class="button" href=${`#${order.id}/signature`}>${t("signature.title")}</a>
    </div>`}
  </section>`;
}

/** @param {{photo: Photo, kept: KeptPhoto | undefined, work: Work}} props */
function Thumbnail({ photo, kept, work }) {
  const [source, setSource] = useState("");
  const blob = kept?.blob;
  useEffect(() => {
    if (!blob) return setSource(`/api/v1/photos/${photo.id}`);
    const made = URL.createObjectURL(blob);
    setSource(made);
    return () => URL.revokeObjectURL(made);
  }, [photo.id, blob?.size]);
  const state = kept && kept.state !== "sent" ? kept.state : "";
  const name = photo.name || t(`photo.kind_${photo.kind}`);
  return html`<li class="thumbnail">
    <img src=${source || undefined} alt=${name} loading="lazy" />
    <span class="thumbnail-state">${state ? t(`photo.${state}`) : "✓"}<span class="visually-hidden">${state ? "" : t("photo.sent")}</span></span>
    ${kept && state === "aside" &&
    html`<p class="problem">${refusalSentence(kept)}</p>
      <button class="button" onClick=${() => void work.sendPhotoAgain(kept)}>${t("aside.again")}</button>
      <button class="button" onClick=${() => void work.discardPhoto(kept)}>${t("aside.discard")}</button>`}
  </li>`;
}
