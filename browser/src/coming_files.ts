/** Files that others send: how far they are, as the broker tells it now and then. */
import type { FileProgress } from "./contract.ts";
import { Pace } from "./file_pace.ts";
import type { Link } from "./link.ts";
import { Store } from "./store.ts";

export class ComingFiles {
  readonly coming = new Store<Readonly<Record<string, Coming>>>({});
  readonly #paces = new Map<string, Pace>();
  readonly #session: string;
  readonly #stop: () => void;

  constructor(session: string, link: Link) {
    this.#session = session;
    this.#stop = link.on((frame) => {
      if (frame.type === "file_progress" && frame.session === this.#session) this.#move(frame);
      if (frame.type === "file_held" && frame.session === this.#session) {
        this.#paces.delete(frame.file);
        this.#put(frame.file, { held: frame.held, bytesPerSecond: 0 });
      }
    });
  }

  close(): void {
    this.#stop();
  }

  #move({ file, received }: FileProgress): void {
    const pace = this.#paces.get(file) ?? new Pace();
    this.#paces.set(file, pace);
    const bytesPerSecond = pace.at(received, performance.now());
    this.#put(file, { received, bytesPerSecond });
  }

  #put(file: string, changed: Partial<Coming>): void {
    const known = this.coming.get()[file] ?? { received: 0, bytesPerSecond: 0, held: false };
    this.coming.set({ ...this.coming.get(), [file]: { ...known, ...changed } });
  }
}

export interface Coming {
  readonly received: number;
  readonly bytesPerSecond: number;
  readonly held: boolean;
}
