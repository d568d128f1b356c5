/** Ids that the phone gives before the server knows of anything. */

import { newKey } from "/shared/lib/api.js";

/** A random UUID (RFC 9562, version 4); `crypto.randomUUID` is missing on plain http. */
export function newUuid() {
  const hex = newKey();
  const variant = "89ab"[parseInt(hex[16], 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
