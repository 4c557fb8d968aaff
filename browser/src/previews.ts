/** Small pictures of pictures that were sent. */
import { checked, mayPass, waitAfter } from "./tries.ts";

/** Making one takes seconds at most, and a line on which nothing comes for so long is dead. */
const LONGEST_MS = 20_000;

/**
 * Return the address of a small picture once the browser has it, so that it can be shown without a broken
 * sign in between; "" where there is none. `address` makes a fresh one; one lives for a minute.
 */
export async function shownPreview(
  address: () => Promise<string>,
  signal: AbortSignal,
): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    try {
      const found = await address();
      if (!found) return "";
      const late = AbortSignal.timeout(LONGEST_MS);
      const response = await fetch(found, { signal: AbortSignal.any([signal, late]) });
      checked(response, 200);
      // All of it: what is only begun lies in no cache.
      await response.blob();
      return found;
    } catch (fault) {
      signal.throwIfAborted();
      if (!mayPass(fault)) return "";
      await waitAfter(tries, fault, signal);
    }
  }
}
