/**
 * Small things kept on this device, by page and party.
 *
 * Where the browser keeps nothing for us (blocked storage, a strict frame) they live as long as
 * the page; nobody who calls this needs to know.
 */
const PREFIX = "deskside.";

/** What the browser would not keep. */
const inMemory = new Map<string, string>();

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
    inMemory.delete(key);
  } catch {
    inMemory.set(key, value);
  }
}

export function kept(key: string): string {
  const value = inMemory.get(key);
  if (value !== undefined) return value;
  try {
    return localStorage.getItem(PREFIX + key) ?? "";
  } catch {
    return "";
  }
}

export function drop(key: string): void {
  inMemory.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was ever kept there.
  }
}

/** Call `listener` whenever another window keeps something else under `key`. */
export function onKept(key: string, listener: (value: string) => void): void {
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + key) listener(event.newValue ?? "");
  });
}
