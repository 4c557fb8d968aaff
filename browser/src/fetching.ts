/**
 * Files on their way to this computer: fetched over as many lines as it takes.
 *
 * A browser that is left to itself gives a download up when its line is cut, and the link to go on by
 * has expired by then. So a page fetches what fits into its memory, and then hands it over.
 */
import { ApiError } from "./api.ts";
import { Pace } from "./file_pace.ts";
import { Store } from "./store.ts";
import { checked, mayPass, waitAfter } from "./tries.ts";

/** A line on which nothing comes for so long is dead. */
const SILENT_MS = 20_000;

/** So often in turn a broker may say that it cannot now; a line that is gone is waited for. */
const MOST_REFUSED = 8;

export interface Fetching {
  readonly received: number;
  readonly bytesPerSecond: number;
  readonly failed: boolean;
}

interface Way {
  /** Makes a fresh address; one lives for a minute. */
  readonly address: () => Promise<string>;
  readonly size: number;
  readonly signal: AbortSignal;
  readonly told: (received: number) => void;
}

/** Return all of a file; rejects when the broker says no for good, or the signal does. */
export async function fetchWhole({ address, size, signal, told }: Way): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let [received, tries, refused] = [0, 0, 0];
  while (received < size) {
    let fault: unknown;
    try {
      for await (const piece of rest(await address(), received, signal)) {
        pieces.push(piece);
        received += piece.byteLength;
        [tries, refused] = [0, 0];
        told(received);
      }
    } catch (caught) {
      fault = caught;
    }
    if (received >= size) break;
    if (fault instanceof ApiError && fault.status > 0) refused += 1;
    if (!mayPass(fault) || refused > MOST_REFUSED) throw fault;
    await waitAfter(tries, fault, signal);
    tries += 1;
  }
  return new Blob(pieces);
}

async function* rest(
  address: string,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const silent = new AbortController();
  const until = () => setTimeout(() => silent.abort(), SILENT_MS);
  let timer = until();
  try {
    const response = await fetch(address, {
      headers: start > 0 ? { Range: `bytes=${start}-` } : {},
      signal: AbortSignal.any([signal, silent.signal]),
    });
    checked(response, start > 0 ? 206 : 200);
    const reader = response.body?.getReader();
    for (let got = await reader?.read(); got && !got.done; got = await reader?.read()) {
      clearTimeout(timer);
      timer = until();
      yield got.value;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The files that a page fetches, by their ids. */
export class FetchedFiles {
  readonly fetching = new Store<Readonly<Record<string, Fetching>>>({});
  readonly #given = new Map<string, AbortController>();

  close(): void {
    for (const id of [...this.#given.keys()]) this.cancel(id);
  }

  /** Fetch a file, unless that is being done; undefined where it was cancelled or failed. */
  async fetch(id: string, size: number, address: () => Promise<string>): Promise<Blob | undefined> {
    if (this.#given.has(id)) return undefined;
    const given = new AbortController();
    const pace = new Pace();
    this.#given.set(id, given);
    const told = (received: number) => {
      const bytesPerSecond = pace.at(received, performance.now());
      this.#put(id, { received, bytesPerSecond, failed: false });
    };
    told(0);
    try {
      const blob = await fetchWhole({ address, size, signal: given.signal, told });
      this.#forget(id);
      return blob;
    } catch {
      if (!given.signal.aborted) this.#put(id, { received: 0, bytesPerSecond: 0, failed: true });
      return undefined;
    } finally {
      this.#given.delete(id);
    }
  }

  cancel(id: string): void {
    this.#given.get(id)?.abort();
    this.#forget(id);
  }

  #forget(id: string): void {
    const others = Object.entries(this.fetching.get()).filter(([each]) => each !== id);
    this.fetching.set(Object.fromEntries(others));
  }

  #put(id: string, fetching: Fetching): void {
    this.fetching.set({ ...this.fetching.get(), [id]: fetching });
  }
}
