/** Times and lengths of time as people of the page's language read them. */
import { language, plural } from "./catalogue.ts";

/** Return the time of day of `at` (ms since 1970), with the day if it was another one. */
export function timeOfDay(at: number, now: number): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  if (!sameDay) return dayAndTime(at);
  return new Intl.DateTimeFormat(place(), { hour: "2-digit", minute: "2-digit" }).format(at);
}

export function dayAndTime(at: number): string {
  const format = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(place(), format).format(at);
}

/** The page's language as it is used where the reader is: en-GB and en-US tell time differently. */
function place(): string {
  return navigator.languages.find((tag) => tag.split("-")[0] === language()) ?? language();
}

/** Return a running time as on a stopwatch, `3:07`. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

export function minutesText(count: number): string {
  return plural(count, "{count} minute", "{count} minutes");
}
