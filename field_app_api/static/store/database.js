/**
 * What the phone keeps: one IndexedDB with the day as last told, the outbox, photos and positions, each by account.
 *
 *   const items = await work(["outbox"], "readwrite", ({ outbox }) => asked(outbox.getAll()));
 *
 * `work` resolves once all of it is on disk, and rejects with nothing of it done.
 */

const NAME = "guywire-field";
const VERSION = 1;

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @template T
 * @param {string[]} names of the stores
 * @param {IDBTransactionMode} mode
 * @param {(stores: Record<string, IDBObjectStore>) => Promise<T>} change awaits nothing but what it asks these stores
 * @returns {Promise<T>}
 */
export async function work(names, mode, change) {
  const database = await (opened ??= open().catch(forget));
  const transaction = database.transaction(names, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(undefined);
    transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was given up"));
  });
  try {
    const result = await change(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
    await done;
    return result;
  } catch (error) {
    await abandoned(transaction, done);
    throw transaction.error ?? error;
  }
}

/** @param {IDBTransaction} transaction @param {Promise<unknown>} done */
async function abandoned(transaction, done) {
  try {
    transaction.abort();
  } catch {
    // it has ended by itself
  }
  await done.catch(() => undefined);
}

/** @param {string} account all rows of one account, in the order of their keys */
export function rowsOf(account) {
  return (/** @type {IDBObjectStore} */ store) => asked(store.index("account").getAll(account));
}

/** @returns {Promise<IDBDatabase>} */
async function open() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => create(request.result);
  const database = await asked(request);
  database.onclose = () => void (opened = null); // the browser took it away; the next one who asks opens it anew
  database.onversionchange = () => {
    database.close(); // a newer page in another tab must not wait for this one
    opened = null;
  };
  return database;
}

/** What could not be opened once may be the next time. @param {unknown} error @returns {never} */
function forget(error) {
  opened = null;
  throw error;
}

/** @param {IDBDatabase} database */
function create(database) {
  database.createObjectStore("days", { keyPath: "account" });
  const outbox = database.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
  outbox.createIndex("account", "account");
  outbox.createIndex("key", "key", { unique: true });
  database.createObjectStore("photos", { keyPath: "id" }).createIndex("account", "account");
  database.createObjectStore("positions", { keyPath: "seq", autoIncrement: true }).createIndex("account", "account");
}
