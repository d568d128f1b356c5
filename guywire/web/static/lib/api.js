/**
 * Talks to the server of this page: JSON in and out, the session's CSRF word added, refusals as `ApiError`.
 *
 *   const page = await get("/api/v1/alarms", {state: "active", severity: ["critical", "major"]});
 *   const items = await all("/api/v1/sites");                 // every page of a list
 *   const {body, etag} = await getUnlessSame("/api/v1/me/day", {}, etag); // no body while it is as it was
 *   await post(`/api/v1/alarms/${id}/acknowledge`, {comment}); // a fresh Idempotency-Key each call, or {key}
 *   await put(`/api/v1/photos/${id}`, blob);                  // bytes, under the type that the blob names
 *   await del(`/api/v1/saved-views/${id}`);
 *   const who = await session();                              // {user, permissions, csrf, expires_at}; 401 when signed out
 *   await signIn(name, password); await signOut(); onSignedOut(() => showSignIn());
 *
 * A refusal rejects with ApiError {status, code, reason, message}; no answer at all is code "unreachable", status 0.
 */

/** @typedef {{name: string, role: string, region: string, technician_id: string, tenant: string}} User */
/** @typedef {{user: User, permissions: string[], csrf: string, expires_at: string}} Session */
/** @typedef {Record<string, string | number | boolean | string[] | null | undefined>} Params */
/** @typedef {{items: any[], next: string | null}} Page */

const TIMEOUT_MS = 15_000;
const BYTES_TIMEOUT_MS = 90_000;
const PAGE = 1000;
let csrf = "";
let account = "";
/** @type {Set<() => void>} */
const signedOutListeners = new Set();
/** @type {BroadcastChannel | null} */
let pages = null;
let leaving = false;
addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));

export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} reason
   * @param {string} message
   */
  constructor(status, code, reason, message) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.reason = reason;
  }
}

/**
 * @param {string} path
 * @param {Params} [params] arrays repeat; null, undefined and "" are left out
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export function get(path, params = {}, signal) {
  return request("GET", path + query(params), undefined, {}, signal);
}

/** What the browser may keep: it asks each time whether it still holds (ETag).
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} */
export function getKept(path, signal) {
  return request("GET", path, undefined, {}, signal, BYTES_TIMEOUT_MS, "no-cache");
}

/**
 * What is asked for again and again, and comes only where it is not what `etag` names. The caller keeps it, no cache does.
 * @param {string} path
 * @param {Params} params
 * @param {string} etag of what the caller has, "" for nothing
 * @param {AbortSignal} [signal]
 * @param {number} [timeoutMs]
 * @returns {Promise<{body: any, etag: string, asOf: string | null}>} no body when it is the same; `asOf` is the server's clock
 */
export async function getUnlessSame(path, params, etag, signal, timeoutMs) {
  const response = await answered("GET", path + query(params), undefined, etag ? { "If-None-Match": etag } : {}, signal, timeoutMs);
  const body = etag && response.status === 304 ? null : await heard(() => response.json(), signal);
  return { body, etag: response.headers.get("ETag") ?? "", asOf: response.headers.get("X-Guywire-As-Of") };
}

/**
 * @typedef {object} Sending
 * @property {string} [key] the same one again does nothing twice
 * @property {string} [as] only in this account's session: in another's it is refused here, with reason "other_account"
 * @property {AbortSignal} [signal]
 */

/**
 * @param {string} path
 * @param {object} [body]
 * @param {Sending} [options]
 * @returns {Promise<any>}
 */
export async function post(path, body = {}, options = {}) {
  await checkAccount(options.as);
  const key = options.key ?? newKey();
  return request("POST", path, body, { "Idempotency-Key": key, "X-Guywire-Csrf": csrf }, options.signal);
}

/**
 * As `post`, where nobody is signed in.
 * @param {string} path
 * @param {object} [body]
 * @param {string} [key]
 * @returns {Promise<any>}
 */
export function postOpenly(path, body = {}, key = newKey()) {
  return request("POST", path, body, { "Idempotency-Key": key });
}

/**
 * @param {string} path
 * @param {Blob} bytes
 * @param {Sending} [options]
 * @returns {Promise<any>}
 */
export async function put(path, bytes, options = {}) {
  await checkAccount(options.as);
  return request("PUT", path, bytes, { "X-Guywire-Csrf": csrf }, options.signal, BYTES_TIMEOUT_MS);
}

/** @param {string} path */
export async function del(path) {
  if (!csrf) await session();
  return request("DELETE", path, undefined, { "X-Guywire-Csrf": csrf });
}

/** The word that goes with a request belongs to one session, so what passes here cannot end in another's. @param {string} [as] */
async function checkAccount(as) {
  if (!csrf) await session();
  if (!as || as === account) return;
  throw new ApiError(401, "unauthorized", "other_account", `Somebody else is signed in here. Sign in as ${as}.`);
}

/**
 * All items of a list, page after page.
 * @param {string} path
 * @param {Params} [params]
 * @param {AbortSignal} [signal]
 * @returns {Promise<any[]>}
 */
export async function all(path, params = {}, signal) {
  /** @type {any[]} */
  const items = [];
  /** @type {string | null} */
  let after = null;
  do {
    /** @type {Page} */
    const page = await get(path, { ...params, limit: PAGE, after }, signal);
    items.push(...page.items);
    after = page.next;
  } while (after);
  return items;
}

/** @returns {Promise<Session>} */
export async function session() {
  return remember(await request("GET", "/api/v1/session"));
}

/**
 * @param {string} name
 * @param {string} password
 * @returns {Promise<Session>}
 */
export async function signIn(name, password) {
  return remember(await request("POST", "/api/v1/session", { name, password }));
}

export async function signOut() {
  if (!csrf) await session();
  await request("DELETE", "/api/v1/session", undefined, { "X-Guywire-Csrf": csrf });
  csrf = "";
  signedOutListeners.forEach((listener) => listener());
  otherPages().postMessage("signed_out");
}

/**
 * Called when the session has ended, by sign-out here or on another page of this browser, or because the server said so.
 * @param {() => void} listener
 * @returns {() => void} stops it
 */
export function onSignedOut(listener) {
  otherPages();
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** The line to the other pages, which share the session. */
function otherPages() {
  if (!pages) {
    pages = new BroadcastChannel("guywire.session");
    pages.onmessage = () => signedOutListeners.forEach((listener) => listener());
  }
  return pages;
}

/** A new idempotency key; works on plain http too, where crypto.randomUUID is missing. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {Record<string, string>} [headers]
 * @param {AbortSignal} [signal]
 * @param {number} [timeoutMs]
 * @param {RequestCache} [cache]
 */
async function request(method, path, body, headers, signal, timeoutMs, cache) {
  const response = await answered(method, path, body, headers, signal, timeoutMs, cache);
  return response.status === 204 ? null : heard(() => response.json(), signal);
}

/** An answer that is no refusal, as it comes. Parameters as above.
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {Record<string, string>} [headers]
 * @param {AbortSignal} [signal]
 * @param {number} [timeoutMs]
 * @param {RequestCache} [cache]
 * @returns {Promise<Response>}
 */
async function answered(method, path, body, headers = {}, signal, timeoutMs = TIMEOUT_MS, cache = "no-store") {
  const timeout = AbortSignal.timeout(timeoutMs);
  /** @type {RequestInit} */
  const init = {
    method,
    headers: { Accept: "application/json", ...headers },
    credentials: "same-origin",
    cache,
    keepalive: leaving, // what is sent as the page is left goes on without it
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  };
  if (body instanceof Blob) init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  const response = await heard(() => fetch(path, init), signal);
  if (response.ok || response.status === 304) return response;
  const answer = await response.json().catch(() => null);
  throw refusal(response, answer, method === "POST" && path === "/api/v1/session");
}

/** What comes over the line: an answer that breaks off in the middle is none.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<T>}
 */
async function heard(ask, signal) {
  try {
    return await ask();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", "no_answer", "The server does not answer. Check the connection; try again.");
  }
}

/**
 * @param {Response} response
 * @param {any} answer
 * @param {boolean} signingIn
 */
function refusal(response, answer, signingIn) {
  if (response.status === 401 && !signingIn) {
    csrf = "";
    signedOutListeners.forEach((listener) => listener());
  }
  if (answer?.reason?.startsWith("csrf_")) csrf = "";
  return new ApiError(
    response.status,
    answer?.code ?? "unreadable",
    answer?.reason ?? `http_${response.status}`,
    answer?.message ?? `The server answered ${response.status} without a reason. Try again.`,
  );
}

/** What an answer that a caller fetched by itself was refused with.
 * @param {Response} response
 * @returns {Promise<ApiError>} */
export async function refused(response) {
  return refusal(response, await response.json().catch(() => null), false);
}

/** @param {Session} answer */
function remember(answer) {
  csrf = answer.csrf;
  account = answer.user.name;
  return answer;
}

/** @param {Params} params */
function query(params) {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") out.append(name, String(one));
    }
  }
  const text = out.toString();
  return text ? `?${text}` : "";
}
