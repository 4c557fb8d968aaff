/**
 * Whether anybody stirs at this device. Who does not for as long as the site says is away: nobody
 * is offered to them, and customers do not count on them, until somebody stirs again.
 */
import type { Link } from "@deskside/browser/link";
import { Store } from "@deskside/browser/store";

const STIRS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;
const TICK_MS = 1_000;

export interface Away {
  /** Since when (ms, the broker's clock), also while they read that they were; or 0. */
  readonly since: number;
  /** Until when they were away, or 0: they are. */
  readonly until: number;
}

const HERE: Away = { since: 0, until: 0 };

export class Idleness {
  readonly away = new Store<Away>(HERE);
  readonly #link: Link;
  readonly #stops: (() => void)[] = [];
  #stirredAt = Date.now();

  constructor(link: Link) {
    this.#link = link;
    const stir = () => this.#stir();
    for (const kind of STIRS) addEventListener(kind, stir, { passive: true, capture: true });
    const timer = setInterval(() => this.#look(), TICK_MS);
    this.#stops.push(
      () => clearInterval(timer),
      () => {
        for (const kind of STIRS) removeEventListener(kind, stir, { capture: true });
      },
      // A link that opens anew counts as stirred at.
      link.welcome.subscribe(() => {
        if (this.#isAway) this.#tell(true);
      }),
    );
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** They have read that they were away. */
  dismiss(): void {
    if (!this.#isAway) this.away.set(HERE);
  }

  #look(): void {
    const idleMs = (this.#link.welcome.get()?.idle_seconds ?? 0) * 1000;
    // A clock that was set back must not make them idle for ever.
    const idle = Math.abs(Date.now() - this.#stirredAt);
    if (!idleMs || idle < idleMs || this.#isAway) return;
    this.away.set({ since: this.#link.now() - idle, until: 0 });
    this.#tell(true);
  }

  #stir(): void {
    this.#stirredAt = Date.now();
    if (!this.#isAway) return;
    this.away.patch({ until: this.#link.now() });
    this.#tell(false);
  }

  get #isAway(): boolean {
    const { since, until } = this.away.get();
    return since > 0 && until === 0;
  }

  #tell(away: boolean): void {
    this.#link.send({ type: "set_away", away });
  }
}
