/** The address of a second of a recording, as it is passed on: `#/recordings/ID?t=123`. */

export interface RecordingPlace {
  readonly id: string;
  /** Seconds from the beginning; null where the address names none. */
  readonly seconds: number | null;
}

export function readPlace(rest: string): RecordingPlace {
  const [id = "", query = ""] = rest.split("?");
  const given = new URLSearchParams(query).get("t");
  const seconds = given ? Number(given) : NaN;
  return { id, seconds: Number.isFinite(seconds) && seconds >= 0 ? seconds : null };
}

/** Return the whole address of a moment (ms), to be put into a letter. */
export function placeLink(id: string, at: number): string {
  return `${location.origin}/recordings/${id}?t=${Math.floor(at / 1000)}`;
}
