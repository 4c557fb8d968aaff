/**
 * Alerts that cannot be missed: sound, title and desktop notification, again and again until
 * somebody has done something about it.
 */
import { plural, t } from "@deskside/browser/catalogue";
import { AlertSounds } from "./alert_sounds.ts";
import { KINDS, causesOf } from "./alert_causes.ts";
import type { Cause, Kind } from "./alert_causes.ts";
import { KeptStore } from "./kept_store.ts";
import { Notifications } from "./notifications.ts";
import type { Workplace } from "./workplace.ts";

export interface AlertChoices {
  readonly offer: boolean;
  readonly pause: boolean;
  readonly queue: boolean;
  readonly line: boolean;
  /** From 0 to 1. */
  readonly volume: number;
  /** How often it rings as long as somebody waits; 0: once. */
  readonly repeatSeconds: number;
  readonly notifies: boolean;
}

export const USUAL_ALERTS: AlertChoices = {
  offer: true,
  pause: true,
  queue: true,
  line: true,
  volume: 0.6,
  repeatSeconds: 15,
  notifies: true,
};

const TICK_MS = 1_000;

export class Alarm {
  readonly choices: KeptStore<AlertChoices>;
  readonly sounds = new AlertSounds();
  readonly notifications = new Notifications();
  readonly #workplace: Workplace;
  readonly #bareTitle = document.title;
  readonly #stops: (() => void)[] = [];
  #announced = new Set<string>();
  #rangAt = 0;
  /** Of several windows one rings: whoever holds the lock. */
  #isOurs = !("locks" in navigator);
  #release: () => void = () => undefined;

  constructor(workplace: Workplace) {
    this.#workplace = workplace;
    this.choices = new KeptStore(`console.${workplace.account.party}.alerts`, USUAL_ALERTS);
    const look = () => this.#look();
    const timer = setInterval(look, TICK_MS);
    this.#stops.push(
      () => clearInterval(timer),
      workplace.state.subscribe(look),
      // Timers of a hidden page are slowed down; what comes over the link is not.
      workplace.link.on(look),
      this.notifications.onChosen((session) => {
        if (session) workplace.turnTo(session);
      }),
    );
    this.#takeTurns();
    look();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#release();
    document.title = this.#bareTitle;
    void this.notifications.keep(new Set());
  }

  /** Let the rep hear and see how it will be. */
  async test(): Promise<void> {
    // A machine without a loudspeaker may never wake its sound, and has notifications all the same.
    void this.sounds.wake().then(() => this.sounds.play("offer", this.choices.get().volume));
    const title = t("This is how Deskside calls you.");
    await this.notifications.show({ kind: "line", key: "test", session: "", title, text: "" });
  }

  #look(): void {
    const causes = causesOf(this.#workplace);
    this.#title(causes);
    const fresh = causes.filter(({ key }) => !this.#announced.has(key));
    const gone = this.#announced.size + fresh.length > causes.length;
    this.#announced = new Set(causes.map(({ key }) => key));
    if (gone) void this.notifications.keep(this.#announced);
    const isDue = isDueAgain(this.choices.get().repeatSeconds, Date.now() - this.#rangAt);
    const again = isDue ? causes.filter(({ kind }) => kind !== "line") : [];
    const calls = fresh.length ? fresh : again;
    if (calls.length && this.#isOurs) this.#ring(calls);
  }

  #ring(calls: readonly Cause[]): void {
    const { volume, notifies, ...wanted } = this.choices.get();
    const kinds = KINDS.filter((kind) => calls.some((call) => call.kind === kind));
    this.#rangAt = Date.now();
    const kind = kinds.find((each: Kind) => wanted[each]);
    if (kind) this.sounds.play(kind, volume);
    if (!notifies || document.hasFocus()) return;
    for (const call of calls) void this.notifications.show(call);
  }

  #title(causes: readonly Cause[]): void {
    const count = (kind: Kind) => causes.filter((cause) => cause.kind === kind).length;
    const [offers, waiting, unread] = [count("offer"), count("queue"), count("line")];
    const parts = [
      offers > 0 && `🔔 ${t("Offered to you")}`,
      waiting > 0 && plural(waiting, "{count} waiting", "{count} waiting"),
      this.#bareTitle,
    ].filter(Boolean);
    const title = `${unread ? `(${unread}) ` : ""}${parts.join(" · ")}`;
    if (document.title !== title) document.title = title;
  }

  #takeTurns(): void {
    if (this.#isOurs) return;
    const leave = new AbortController();
    this.#release = () => leave.abort();
    const held = () =>
      new Promise<void>((resolve) => {
        this.#isOurs = true;
        this.#announced = new Set();
        this.#release = resolve;
      });
    const name = `deskside.alarm.${this.#workplace.account.party}`;
    navigator.locks.request(name, { signal: leave.signal }, held).catch(() => undefined);
  }
}

/** Say whether it rings again after `silentMs`, where something still waits. */
export function isDueAgain(repeatSeconds: number, silentMs: number): boolean {
  return repeatSeconds > 0 && silentMs >= repeatSeconds * 1000;
}
