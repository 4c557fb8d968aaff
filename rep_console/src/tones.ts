/** Colours by which sessions that are open side by side are told apart at a glance. */

/**
 * Hues (degrees in OKLCH) far enough from each other to be named: blue, green, violet, … The first
 * are the farthest apart. None is red or yellow, which say that something is
 * wrong or waits.
 */
const HUES = [255, 135, 312, 195, 338, 165, 285, 225];

export class Tones {
  readonly #taken = new Map<string, number>();

  /** Return the hue of `session`: the same as long as it is not let go. */
  hueOf(session: string): number {
    let place = this.#taken.get(session);
    if (place === undefined) {
      place = this.#free(preferred(session));
      this.#taken.set(session, place);
    }
    return HUES[place % HUES.length] ?? 0;
  }

  letGo(session: string): void {
    this.#taken.delete(session);
  }

  /** The first place from `wanted` on that no other session has, while there is one. */
  #free(wanted: number): number {
    const taken = new Set(this.#taken.values());
    for (let step = 0; step < HUES.length; step++) {
      const place = (wanted + step) % HUES.length;
      if (!taken.has(place)) return place;
    }
    return wanted;
  }
}

/** The same session likes the same colour in every window. */
function preferred(session: string): number {
  let sum = 0;
  for (const letter of session) sum = (sum * 31 + letter.charCodeAt(0)) % 65_521;
  return sum % HUES.length;
}
