/** Whether this phone tells where it is: the technician's own choice, kept on the phone. */

const SHARING = "guywire.position";

/** Whether the technician lets the phone tell where it is. */
export function sharing() {
  return localStorage.getItem(SHARING) !== "off";
}

/** @param {boolean} yes */
export function setSharing(yes) {
  localStorage.setItem(SHARING, yes ? "on" : "off");
}
