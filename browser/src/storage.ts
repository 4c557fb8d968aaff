/**
 * Small things kept on this device, or for this tab alone, by page and party.
 *
 * Where the browser keeps nothing for us (blocked storage, a strict frame) they live in the frame's
 * own cookies or else as long as the page; nobody who calls this needs to know.
 */
import { dropCookie, keepCookie, keptCookie } from "./frame_cookies.ts";

const PREFIX = "deskside.";

const AREAS = { device: () => localStorage, tab: () => sessionStorage };
type Area = keyof typeof AREAS;

/** What the browser would not keep, by area and key. */
const inMemory = new Map<string, string>();

export function keep(key: string, value: string, area: Area = "device"): void {
  const name = `${area} ${key}`;
  inMemory.delete(name);
  try {
    AREAS[area]().setItem(PREFIX + key, value);
  } catch {
    if (area === "tab" || !keepCookie(key, value)) inMemory.set(name, value);
  }
}

export function kept(key: string, area: Area = "device"): string {
  const value = inMemory.get(`${area} ${key}`);
  if (value !== undefined) return value;
  try {
    return AREAS[area]().getItem(PREFIX + key) ?? "";
  } catch {
    return area === "device" ? keptCookie(key) : "";
  }
}

export function drop(key: string, area: Area = "device"): void {
  inMemory.delete(`${area} ${key}`);
  try {
    AREAS[area]().removeItem(PREFIX + key);
  } catch {
    if (area === "device") dropCookie(key);
  }
}

/** Call `listener` whenever another window keeps something else under `key`. */
export function onKept(key: string, listener: (value: string) => void): void {
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + key) listener(event.newValue ?? "");
  });
}
