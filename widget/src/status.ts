/**
 * Whether somebody is there, heard as soon as it changes.
 *
 * One call waits at the broker until there is news, and only while this tab is looked at: a browser
 * has few connections to a host, and they are for all tabs.
 */
export interface Status {
  readonly organisation: string;
  readonly open: boolean;
  readonly offline: "hide" | "form";
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/** An answer without news that comes sooner than this did not wait: the broker has too much to do. */
const HELD_MS = 5_000;
const RELIEF_MS = 20_000;

/** After so many failures in a row nothing is known any more. */
const GIVEN_UP = 3;

/** Tell `hear` how things stand on the desk at `origin`, null for unknown, and then each change. */
export async function watch(origin: string, hear: (status: Status | null) => void): Promise<never> {
  let known: Status | null = null;
  for (let failures = 0; ;) {
    await looked();
    const asked = Date.now();
    const status = await fetchStatus(origin, known);
    if (status === "left") continue;
    if (status) {
      const isNews: boolean = status.open !== known?.open;
      failures = 0;
      known = status;
      hear(status);
      if (!isNews && Date.now() - asked < HELD_MS) await rest(RELIEF_MS);
    } else {
      known = null;
      if (++failures === GIVEN_UP) hear(null);
      await rest(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)));
    }
  }
}

/** Ask once: null where the broker does not answer us, "left" when the tab went out of sight. */
async function fetchStatus(origin: string, known: Status | null): Promise<Status | null | "left"> {
  const query = known ? `?known=${known.open ? "open" : "closed"}` : "";
  const call = new AbortController();
  // The connection is for those who look.
  const leave = () => {
    if (document.visibilityState === "hidden") call.abort();
  };
  document.addEventListener("visibilitychange", leave);
  try {
    const response = await fetch(`${origin}/v1/widget${query}`, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: call.signal,
    });
    return response.ok ? ((await response.json()) as Status) : null;
  } catch {
    return call.signal.aborted ? "left" : null;
  } finally {
    document.removeEventListener("visibilitychange", leave);
  }
}

/** Resolves once this tab is in sight. */
function looked(): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState === "hidden") return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
    look();
  });
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
