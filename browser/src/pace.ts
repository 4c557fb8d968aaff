/**
 * How much of a picture may be on its way: the twin of `protocol/pace.py`, which says why. Times are
 * in seconds, and none is read here.
 */

const LEAST_BYTES = 4 * 1024;
const FIRST_BYTES = 16 * 1024;
const MOST_BYTES = 4 * 1024 * 1024;

const GROW_BELOW = 0.025;
const GROW_FAST_BELOW = 0.005;
const SHRINK_ABOVE = 0.05;
const SCALE_ABOVE = 0.1;
const STEP_BYTES = 4 * 1024;

/** So many answers are looked at before the window changes; a single late one says little. */
const MEASUREMENTS = 3;

const IDLE_SECONDS = 0.1;

/** The window of one stream. `send` before and `acknowledge` after each piece of it. */
export class PaceWindow {
  size = FIRST_BYTES;
  #sent = 0;
  #acknowledged = 0;
  #best = Infinity;
  #slowStart = true;
  #asked: { readonly position: number; readonly at: number }[] = [];
  #answers: number[] = [];
  #lastSent = 0;
  #wasUsed = false;
  #changedAt = 0;

  get inFlight(): number {
    return this.#sent - this.#acknowledged;
  }

  /** Whether more may be sent now. A piece may be larger than what is left. */
  get isOpen(): boolean {
    return this.inFlight < this.size;
  }

  send(size: number, now: number): void {
    const best = Number.isFinite(this.#best) ? this.#best : 0;
    if (!this.inFlight && now - this.#lastSent > Math.max(IDLE_SECONDS, 2 * best)) {
      // Who knows what the line is like by now.
      this.size = Math.min(this.size, Math.max(FIRST_BYTES, Math.floor(this.size / 2)));
    }
    this.#sent += size;
    this.#wasUsed ||= 2 * this.inFlight >= this.size;
    this.#lastSent = now;
    this.#asked.push({ position: this.#sent, at: now });
  }

  /** Take note that all bytes up to `position` have arrived; one never sent changes nothing. */
  acknowledge(position: number, now: number): void {
    if (position <= this.#acknowledged || position > this.#sent) return;
    this.#acknowledged = position;
    for (let next = this.#asked[0]; next && next.position <= position; next = this.#asked[0]) {
      this.#asked.shift();
      this.#best = Math.min(this.#best, now - next.at);
      // What left before the window changed says nothing of how it is now.
      if (next.position > this.#changedAt) this.#answers.push(now - next.at);
    }
    if (this.#answers.length < MEASUREMENTS) return;
    this.#adapt(median(this.#answers));
    this.#answers = [];
    this.#changedAt = this.#sent;
    this.#wasUsed = false;
  }

  #adapt(took: number): void {
    const added = took - this.#best;
    if (added < GROW_BELOW && !this.#wasUsed) return;
    if (this.#slowStart && added < GROW_BELOW) this.size *= 2;
    else {
      this.#slowStart = false;
      this.size += this.#step(took, added);
    }
    this.size = Math.max(LEAST_BYTES, Math.min(MOST_BYTES, this.size));
  }

  #step(took: number, added: number): number {
    if (added > SCALE_ABOVE && added > this.#best / 2) {
      return Math.trunc((this.size * this.#best) / took) - this.size;
    }
    if (added > SHRINK_ABOVE) return -STEP_BYTES;
    if (added < GROW_FAST_BELOW) return 2 * STEP_BYTES;
    return added < GROW_BELOW ? STEP_BYTES : 0;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
