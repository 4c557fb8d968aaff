/** What a customer's computer has told of itself, and what came of what was asked of it. */
import type {
  ActionAnswered,
  ActionReported,
  ActionRequested,
  System,
  SystemTold,
} from "@deskside/browser/contract";
import type { Entry } from "@deskside/browser/transcript";

/** All there is to say, with nothing left open. */
export type Known = Required<System>;

export interface Told {
  readonly at: number;
  readonly system: Known;
}

/** Return what was told last, if its words are still there. */
export function lastTold(entries: readonly Entry[]): Told | null {
  const fact = entries.findLast(({ fact }) => isTold(fact))?.fact as SystemTold | undefined;
  // The broker has read it strictly before it became a fact.
  return fact
    ? { at: fact.at, system: { ...NOTHING, ...(JSON.parse(fact.told) as System) } }
    : null;
}

function isTold(fact: Entry["fact"]): boolean {
  return fact.type === "system_told" && fact.told !== "";
}

const NOTHING: Known = {
  system: "",
  kernel: "",
  computer: "",
  account: "",
  desktop: "",
  language: "",
  zone: "",
  processor: "",
  cores: 0,
  load: 0,
  memory: 0,
  memory_free: 0,
  up_seconds: 0,
  disks: [],
  networks: [],
  monitors: [],
  programs: [],
};

export type ActionFact = ActionRequested | ActionAnswered | ActionReported;

/** Return the last that was heard of special actions. */
export function lastAction(entries: readonly Entry[]): ActionFact | null {
  const last = entries.findLast(({ fact }) => isAction(fact))?.fact;
  return last ? (last as ActionFact) : null;
}

function isAction({ type }: Entry["fact"]): boolean {
  return type === "action_requested" || type === "action_answered" || type === "action_reported";
}
