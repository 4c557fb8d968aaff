/**
 * Has what a rep likes follow them: kept with the account, and on this device.
 *
 * What was chosen on this device and has not reached the broker yet counts more than what the
 * broker knows; otherwise the account's counts, and what it does not know comes from this device.
 */
import { call } from "@deskside/browser/api";
import { KeptStore } from "./kept_store.ts";

export type PreferenceName = "look" | "layout" | "habits" | "alerts";
export type Followed = Readonly<Partial<Record<PreferenceName, KeptStore<object>>>>;

interface Preference {
  readonly name: PreferenceName;
  readonly value: string;
}

const PATH = "/v1/me/preferences";
/** A splitter that is dragged changes all the time. */
const PAUSE_MS = 600;

export class Following {
  readonly #stores: Followed;
  readonly #unsent: KeptStore<{ readonly names: readonly string[] }>;
  readonly #stops: (() => void)[] = [];
  readonly #timers = new Map<PreferenceName, ReturnType<typeof setTimeout>>();
  /** What comes from the broker need not go back there. */
  #isTaking = false;

  constructor(party: string, stores: Followed) {
    this.#stores = stores;
    this.#unsent = new KeptStore(`console.${party}.unsent`, { names: [] as readonly string[] });
    for (const name of this.#names) {
      const stop = stores[name]?.subscribe(() => this.#changed(name));
      if (stop) this.#stops.push(stop);
    }
  }

  get #names(): readonly PreferenceName[] {
    return Object.keys(this.#stores) as PreferenceName[];
  }

  /** Bring account and device together; without the broker the device's stay as they are. */
  async meet(): Promise<void> {
    const answer = await call<{ preferences: readonly Preference[] }>("GET", PATH).catch(
      () => null,
    );
    if (!answer) return;
    const kept = new Map(answer.preferences.map(({ name, value }) => [name, value]));
    for (const name of this.#names) {
      const value = kept.get(name);
      if (value === undefined || this.#unsent.get().names.includes(name)) await this.#send(name);
      else this.#take(name, value);
    }
  }

  close(): void {
    for (const stop of this.#stops) stop();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #take(name: PreferenceName, value: string): void {
    this.#isTaking = true;
    this.#stores[name]?.take(value);
    this.#isTaking = false;
  }

  #changed(name: PreferenceName): void {
    if (this.#isTaking) return;
    const { names } = this.#unsent.get();
    if (!names.includes(name)) this.#unsent.set({ names: [...names, name] });
    clearTimeout(this.#timers.get(name));
    this.#timers.set(
      name,
      setTimeout(() => void this.#send(name), PAUSE_MS),
    );
  }

  async #send(name: PreferenceName): Promise<void> {
    const value = JSON.stringify(this.#stores[name]?.get());
    try {
      await call("POST", PATH, { name, value });
    } catch {
      // It stays among what is unsent, and goes with the next change or the next sign-in.
      return;
    }
    if (JSON.stringify(this.#stores[name]?.get()) !== value) return;
    this.#unsent.set({ names: this.#unsent.get().names.filter((each) => each !== name) });
  }
}
