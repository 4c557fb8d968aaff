/**
 * What this site's pages remember of the frame from one page to the next.
 *
 * It lies in the site's own storage and says nothing of who the customer is: that stays in the frame.
 */
const SHOWN = "deskside.shown";
const ON = "deskside.on";

/** Whether this tab had the frame in sight. */
export function wasShown(): boolean {
  return read(() => sessionStorage, SHOWN);
}

/** Whether this browser has a session on. */
export function wasOn(): boolean {
  return read(() => localStorage, ON);
}

export function rememberShown(shown: boolean): void {
  write(() => sessionStorage, SHOWN, shown);
}

export function rememberOn(on: boolean): void {
  write(() => localStorage, ON, on);
}

// The storage itself is what may be refused, not only what is done with it.

function read(storage: () => Storage, key: string): boolean {
  try {
    return storage().getItem(key) === "1";
  } catch {
    return false;
  }
}

function write(storage: () => Storage, key: string, value: boolean): void {
  try {
    if (value) storage().setItem(key, "1");
    else storage().removeItem(key);
  } catch {
    // Then the next page begins with a closed frame.
  }
}
