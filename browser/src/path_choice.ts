/**
 * Which way a picture takes, by how late it comes on each.
 *
 * Both ways begin at one clock and end at another, which differ by an unknown amount; but by the same
 * on both ways. So what one way is quicker by can be told exactly from where the picture is watched,
 * though neither way's length can. No clock is read here; all times are in ms.
 */

/** A way must be quicker by this, or the picture stays where it is. */
const MARGIN_MS = 5;

/** So many answers are needed before anything is believed of the direct path. */
const LEAST_ANSWERS = 4;
const ANSWERS = 6;
const ARRIVALS = 30;

/** An end that answers nothing for so long is not there, or the way to it is broken. */
export const SILENT_MS = 1_500;

const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 300_000;

export class PathChoice {
  #relay: { readonly time: number; readonly late: number }[] = [];
  #relayBegan = 0;
  #direct: number[] = [];
  #heardAt = 0;
  #pausedUntil = 0;
  #pause = FIRST_PAUSE_MS;

  /** Something drawn at `time` by the sharer's clock came over the relay at `now`. */
  cameByRelay(time: number, now: number): void {
    this.#relay = [...this.#relay, { time, late: now - time }].slice(-ARRIVALS);
  }

  /** The relay's socket has opened; what it tells first may have been drawn long before. */
  relayBegan(now: number): void {
    this.#relay = [];
    this.#relayBegan = now;
  }

  /** An answer given at `time` by the sharer's clock came directly at `now`. */
  answered(time: number, now: number): void {
    this.#heardAt = now;
    this.#direct = [...this.#direct, now - time].slice(-ANSWERS);
  }

  /** A new direct path; nothing is known of it. */
  begin(now: number): void {
    this.#direct = [];
    this.#heardAt = now;
  }

  /** How much quicker the direct path is; null while it is not known. */
  get gain(): number | null {
    if (this.#direct.length < LEAST_ANSWERS) return null;
    const direct = Math.min(...this.#direct);
    // By the sharer's clock: what was drawn before we came waited for us, and tells nothing.
    const fresh = this.#relay.filter(({ time }) => time >= this.#relayBegan - direct);
    return fresh.length ? Math.min(...fresh.map(({ late }) => late)) - direct : null;
  }

  shouldTake(now: number): boolean {
    const { gain } = this;
    if (now < this.#pausedUntil || this.isSilent(now)) return false;
    return gain !== null && gain > MARGIN_MS;
  }

  shouldLeave(now: number): boolean {
    const { gain } = this;
    return this.isSilent(now) || (gain !== null && gain < -MARGIN_MS);
  }

  isSilent(now: number): boolean {
    return now - this.#heardAt > SILENT_MS;
  }

  /** The direct path was left: do not come back to it at once, and later each time. */
  left(now: number): void {
    this.#pausedUntil = now + this.#pause;
    this.#pause = Math.min(LONGEST_PAUSE_MS, 2 * this.#pause);
  }
}
