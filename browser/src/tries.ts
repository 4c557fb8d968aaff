/** When to try again what the broker could not do, or did not want to do just then. */
import { ApiError } from "./api.ts";

const AGAIN_MS = [0, 500, 1_000, 2_000, 4_000, 8_000];

/** What another try may change: no answer, and these (RFC 9110 §15, RFC 6585 §4, RFC 8470 §5.2). */
const PASSING: ReadonlySet<number> = new Set([0, 408, 425, 429, 500, 502, 503, 504]);

/** Say whether what failed so may succeed later. A line that was cut is no answer at all. */
export function mayPass(fault: unknown): boolean {
  return !(fault instanceof ApiError) || PASSING.has(fault.status);
}

/** Wait for the next try after `tries` others, as long as `fault` asks for; rejects when `signal` says so. */
export function waitAfter(tries: number, fault: unknown, signal: AbortSignal): Promise<void> {
  const own = AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)] ?? 0;
  const asked = fault instanceof ApiError ? fault.retryAfter * 1_000 : 0;
  return new Promise((done, given) => {
    const stop = () => {
      clearTimeout(timer);
      given(signal.reason as Error);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener("abort", stop);
        done();
      },
      Math.max(own, asked),
    );
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

/** Raise what `response` says, where that is no. */
export function checked(response: Response, expected: number): void {
  if (response.status === expected) return;
  const wait = Number(response.headers.get("Retry-After")) || 0;
  throw new ApiError(response.status, "", "", wait);
}
