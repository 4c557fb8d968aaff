/**
 * Where a recording has a picture, and why it has none where it has none: what facts say of it, so that
 * an empty stage is never a riddle. Times are ms of the recording.
 */
import type { Fact } from "@deskside/browser/contract";

export type StretchKind = "shared" | "unshared" | "paused" | "unstored" | "withdrawn";

export interface Stretch {
  readonly kind: StretchKind;
  readonly from: number;
  readonly to: number;
  /** Who paused it and why, how many seconds before that were taken out, and whether the rep saw on. */
  readonly by: string;
  readonly why: string;
  readonly cut: number;
  readonly viewed: boolean;
}

type Pause = Pick<Stretch, "by" | "why" | "cut" | "viewed">;

const NO_PAUSE: Pause = { by: "", why: "", cut: 0, viewed: false };

/** What holds at one moment of a session. */
interface Moment {
  readonly shared: boolean;
  readonly stored: boolean;
  readonly withdrawn: boolean;
  readonly pause: Pause | null;
}

/** Return the stretches of a recording that began at `began` (ms since 1970), without a gap. */
export function stretchesOf(
  facts: readonly Fact[],
  began: number,
  length: number,
): readonly Stretch[] {
  let now: Moment = { shared: false, stored: true, withdrawn: false, pause: null };
  const edges: { readonly at: number; readonly now: Moment }[] = [{ at: 0, now }];
  for (const fact of facts) {
    const next = after(now, fact);
    if (next === now) continue;
    now = next;
    const cut = fact.type === "recording_paused" ? fact.cut_seconds * 1000 : 0;
    const at = Math.min(length, Math.max(0, fact.at - began - cut));
    // What a pause takes out of the time before it is paused too, whatever stood there.
    while ((edges.at(-1)?.at ?? -1) >= at) edges.pop();
    edges.push({ at, now });
  }
  return edges
    .map((edge, place) => stretchOf(edge.now, edge.at, edges[place + 1]?.at ?? length))
    .filter(({ from, to }) => to > from)
    .reduce<Stretch[]>(joined, []);
}

/** Return the stretch in which `at` lies; the last one for the very end. */
export function stretchAt(stretches: readonly Stretch[], at: number): Stretch | null {
  return stretches.find(({ to }) => at < to) ?? stretches.at(-1) ?? null;
}

/** Return the next stretch after `at` in which something was shared. */
export function nextShared(stretches: readonly Stretch[], at: number): Stretch | null {
  return stretches.find(({ kind, from }) => kind === "shared" && from > at) ?? null;
}

function stretchOf(moment: Moment, from: number, to: number): Stretch {
  return { kind: kindOf(moment), from, to, ...(moment.pause ?? NO_PAUSE) };
}

function kindOf({ shared, stored, withdrawn, pause }: Moment): StretchKind {
  if (withdrawn) return "withdrawn";
  if (pause) return "paused";
  if (!shared) return "unshared";
  return stored ? "shared" : "unstored";
}

/** Put `next` to those before it, as one with the last where they are of a kind. */
function joined(before: Stretch[], next: Stretch): Stretch[] {
  const last = before.at(-1);
  if (last?.kind !== next.kind || next.kind === "paused") return [...before, next];
  return [...before.slice(0, -1), { ...last, to: next.to }];
}

function after(now: Moment, fact: Fact): Moment {
  switch (fact.type) {
    case "screen_shared":
    case "sharing_changed":
      return { ...now, shared: true, stored: true };
    case "sharing_stopped":
    case "ended":
      return { ...now, shared: false, pause: null };
    case "sharing_paused":
      return { ...now, stored: false };
    case "sharing_resumed":
      return { ...now, stored: true };
    case "recording_withdrawn":
      return { ...now, withdrawn: true, pause: null };
    case "recording_paused": {
      const { by, why, cut_seconds: cut, viewed } = fact;
      return { ...now, pause: { by, why, cut, viewed } };
    }
    case "recording_resumed":
      return { ...now, pause: null };
    default:
      return now;
  }
}
