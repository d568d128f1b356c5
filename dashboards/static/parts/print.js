/**
 * Prints a text on a sheet of its own, without the page around it.
 */

/** @param {string} title
 * @param {string} text  its lines are kept */
export function printSheet(title, text) {
  const sheet = document.createElement("article");
  sheet.className = "sheet";
  const [head, body] = [document.createElement("h1"), document.createElement("pre")];
  head.textContent = title;
  body.textContent = text;
  sheet.append(head, body);
  document.body.append(sheet);
  addEventListener("afterprint", () => sheet.remove(), { once: true });
  print();
}

/** @param {string} text
 * @returns {Promise<boolean>} whether the browser let us */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // on plain http, or refused
  }
}
