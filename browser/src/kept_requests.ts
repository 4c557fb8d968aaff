/**
 * Where requests wait until they are answered: IndexedDB, so that they outlive the page.
 *
 * Several tabs share it without talking to each other. That is harmless: whoever repeats a
 * request gets the answer that is stored for its id.
 */
import type { RefusedRequest, Request } from "./contract.ts";

const STORE = "requests";
const LONGEST_OPENING_MS = 5_000;

export interface KeptRequest {
  readonly id: string;
  readonly party: string;
  readonly request: Request;
  /** Why it was turned down; then it only waits to be taken back or thrown away. */
  readonly refusal?: RefusedRequest;
}

export interface KeptRequests {
  /** Return what waits for `party`, in the order it was asked. */
  readonly of: (party: string) => Promise<readonly KeptRequest[]>;
  /** Resolves once `kept` would survive the page being killed. */
  readonly put: (kept: KeptRequest) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
}

/** Open the store; where the browser has none for us, requests live as long as the page. */
export async function openKeptRequests(): Promise<KeptRequests> {
  try {
    return inDatabase(await openDatabase());
  } catch {
    return inMemory();
  }
}

export function inMemory(): KeptRequests {
  const all = new Map<string, KeptRequest>();
  return {
    of: (party) => Promise.resolve([...all.values()].filter((kept) => kept.party === party)),
    put: (kept) => Promise.resolve(void all.set(kept.id, kept)),
    remove: (id) => Promise.resolve(void all.delete(id)),
  };
}

function inDatabase(database: IDBDatabase): KeptRequests {
  const write = async (change: (store: IDBObjectStore) => void) => {
    const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
    change(transaction.objectStore(STORE));
    await committed(transaction);
  };
  return {
    // The key is a UUIDv7, so the order of keys is the order of asking.
    of: (party) => {
      const store = database.transaction(STORE).objectStore(STORE);
      return answer(store.index("party").getAll(party) as IDBRequest<KeptRequest[]>);
    },
    put: (kept) => write((store) => store.put(kept)),
    remove: (id) => write((store) => store.delete(id)),
  };
}

function openDatabase(): Promise<IDBDatabase> {
  const asked = indexedDB.open("deskside", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore(STORE, { keyPath: "id" }).createIndex("party", "party");
  };
  return new Promise((resolve, reject) => {
    // Some browsers never answer when the storage is blocked or damaged.
    setTimeout(() => reject(new Error("no answer")), LONGEST_OPENING_MS);
    answer(asked).then(resolve, reject);
  });
}

function answer<Value>(asked: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("refused"));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
  });
}
