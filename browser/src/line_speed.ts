/**
 * What a line carries, by what arrived while it was busy: the twin of `Speed` in
 * `customer_client/screen/flow.py`. Times are in seconds, and none is read here.
 */

/** What arrives of less says more about chance than about the line. */
const ENOUGH_BYTES = 16 * 1024;

/** A line with so little on it is idle. */
const FEW_BYTES = 2 * 1024;

/** A piece that took so much longer than the quickest had to wait: the line was full. */
const QUEUED_SECONDS = 0.025;

/**
 * What a few pieces say of more than so many times what is known is not believed at once: answers that were
 * heard late, all together, look as if the line had carried everything in no time.
 */
const LEAP = 2;

/** What a line that is not full carries is unknown; a little more is tried each time. */
const PROBE = 1.1;
const MOST_BYTES_A_SECOND = 20_000_000;
const CAUTION = 0.8;

export class LineSpeed {
  #known: number | null = null;
  #best = Infinity;
  #sent = 0;
  #arrived = 0;
  #began = 0;
  #carried = 0;
  readonly #underWay: { readonly position: number; readonly at: number }[] = [];

  /** Bytes a second that may be relied on; null while nothing is known. */
  get bytesASecond(): number | null {
    return this.#known === null ? null : this.#known * CAUTION;
  }

  send(size: number, now: number): void {
    if (this.#sent - this.#arrived < FEW_BYTES) this.#begin(now);
    this.#sent += size;
    this.#underWay.push({ position: this.#sent, at: now });
  }

  /** Take note that all bytes up to `position` have arrived; one never sent changes nothing. */
  acknowledge(position: number, now: number): void {
    if (position <= this.#arrived || position > this.#sent) return;
    const size = position - this.#arrived;
    this.#arrived = position;
    let took = 0;
    for (let next = this.#underWay[0]; next && next.position <= position;) {
      took = now - next.at;
      this.#best = Math.min(this.#best, took);
      this.#underWay.shift();
      next = this.#underWay[0];
    }
    this.#learn(size, took, now);
  }

  #learn(size: number, took: number, now: number): void {
    this.#carried += size;
    if (this.#carried < ENOUGH_BYTES) return;
    const busy = Math.max(now - this.#began - this.#best, this.#carried / MOST_BYTES_A_SECOND);
    const most = this.#known === null ? Infinity : LEAP * this.#known;
    const seen = Math.min(most, this.#carried / busy);
    if (this.#known === null) this.#known = seen;
    else if (took - this.#best > QUEUED_SECONDS) this.#known = (this.#known + seen) / 2;
    else this.#known = Math.min(MOST_BYTES_A_SECOND, Math.max(seen, PROBE * this.#known));
    // What is still under way keeps the line busy from here on.
    this.#begin(now - this.#best);
  }

  #begin(now: number): void {
    this.#began = now;
    this.#carried = 0;
  }
}
