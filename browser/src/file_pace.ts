/** How fast something goes, from how far it has come: a mean that forgets, over the last few seconds. */
export class Pace {
  static readonly #HALF_LIFE_MS = 2_000;
  #bytes: number | null = null;
  #at = 0;
  #perMs = 0;

  /** Take note that `bytes` are there at `now` (ms), and return the bytes a second. */
  at(bytes: number, now: number): number {
    if (this.#bytes === null || bytes < this.#bytes) {
      [this.#bytes, this.#at] = [bytes, now];
      return 0;
    }
    const passed = now - this.#at;
    // Reports that come in one burst say nothing about the line.
    if (passed < 100) return this.#perMs * 1_000;
    const fresh = (bytes - this.#bytes) / passed;
    const kept = this.#perMs === 0 ? 0 : 0.5 ** (passed / Pace.#HALF_LIFE_MS);
    this.#perMs = kept * this.#perMs + (1 - kept) * fresh;
    [this.#bytes, this.#at] = [bytes, now];
    return this.#perMs * 1_000;
  }
}
