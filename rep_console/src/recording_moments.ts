/** What stands out on a recording's time line: facts, told apart by what they are about. */
import type { Entry } from "@deskside/browser/transcript";
import type { Fact } from "@deskside/browser/contract";
import { happeningText } from "./happenings.ts";
import type { Setting } from "./happenings.ts";

export type MomentKind =
  "customer" | "rep" | "note" | "right" | "file" | "screen" | "consent" | "other";

export interface Moment {
  /** In ms of the recording. */
  readonly at: number;
  readonly kind: MomentKind;
  readonly entry: Entry;
}

const KINDS: Partial<Record<Fact["type"], MomentKind>> = {
  noted: "note",
  grants_requested: "right",
  grants_given: "right",
  grants_refused: "right",
  grant_withdrawn: "right",
  system_told: "right",
  action_requested: "right",
  action_answered: "right",
  action_reported: "right",
  file_offered: "file",
  file_answered: "file",
  file_arrived: "file",
  file_refused: "file",
  screen_shared: "screen",
  sharing_changed: "screen",
  sharing_stopped: "screen",
  sharing_paused: "screen",
  sharing_resumed: "screen",
  recording_answered: "consent",
  recording_withdrawn: "consent",
  recording_paused: "consent",
  recording_resumed: "consent",
  agreement_accepted: "consent",
};

/** Return what there is to be seen of the facts of a recording that began at `began`, in order. */
export function momentsOf(
  entries: readonly Entry[],
  began: number,
  setting: Setting,
): readonly Moment[] {
  return entries
    .filter(({ fact }) => isWords(fact) || happeningText(fact, setting))
    .map((entry) => {
      const { fact } = entry;
      const speaker = fact.by === setting.session.customer ? "customer" : "rep";
      const kind = fact.type === "said" ? speaker : (KINDS[fact.type] ?? "other");
      // What was before the recording stands at its beginning.
      return { at: Math.max(0, fact.at - began), kind, entry };
    });
}

/** Return the last of `moments` that is no later than `at`, by its place; -1 for none. */
export function momentAt(moments: readonly Moment[], at: number): number {
  return moments.findLastIndex((moment) => moment.at <= at);
}

function isWords({ type }: Fact): boolean {
  return type === "said" || type === "noted";
}
