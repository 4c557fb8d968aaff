/**
 * Small things kept on this device, by page and party.
 *
 * Where the browser keeps nothing for us (blocked storage, a strict frame) they live as long as
 * the page; nobody who calls this needs to know.
 */
const inMemory = new Map<string, string>();
const PREFIX = "deskside.";

export function keep(key: string, value: string): void {
  inMemory.set(key, value);
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Refused or full: the copy in memory must do.
  }
}

export function kept(key: string): string {
  try {
    const value = localStorage.getItem(PREFIX + key);
    if (value !== null) return value;
  } catch {
    // Refused: only memory is left.
  }
  return inMemory.get(key) ?? "";
}

export function drop(key: string): void {
  inMemory.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Refused: there was nothing to remove.
  }
}
