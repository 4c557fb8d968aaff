/** Who is typing: said at most every few seconds, shown for six, never stored. */
import { Store } from "./store.ts";

const SHOWN_MS = 6_000;

/** Half of what is shown, so that steady typing does not flicker when one signal is lost. */
const EVERY_MS = 3_000;

/** Turns keystrokes into few signals, the first at once. */
export class WritingSignal {
  readonly #send: () => void;
  #last = -Infinity;

  constructor(send: () => void) {
    this.#send = send;
  }

  typed(): void {
    const now = performance.now();
    if (now - this.#last < EVERY_MS) return;
    this.#last = now;
    this.#send();
  }

  /** The line is sent: the next keystroke begins a new one. */
  sent(): void {
    this.#last = -Infinity;
  }
}

/** The parties who are typing now. */
export class Writers {
  readonly names = new Store<readonly string[]>([]);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  add(party: string): void {
    clearTimeout(this.#timers.get(party));
    this.#timers.set(
      party,
      setTimeout(() => this.delete(party), SHOWN_MS),
    );
    this.#show();
  }

  delete(party: string): void {
    clearTimeout(this.#timers.get(party));
    if (this.#timers.delete(party)) this.#show();
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #show(): void {
    this.names.set([...this.#timers.keys()]);
  }
}
