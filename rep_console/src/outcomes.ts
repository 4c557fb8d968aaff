/** What can come of a session, as reps read it. */
import { t } from "@deskside/browser/catalogue";
import type { Outcome } from "@deskside/browser/contract";

export type Named = Exclude<Outcome, "">;

const OUTCOME_TEXTS: Readonly<Record<Named, () => string>> = {
  solved: () => t("Solved"),
  not_solved: () => t("Not solved"),
  follow_up: () => t("To be followed up"),
  not_ours: () => t("Not for us"),
};
export const OUTCOMES = Object.keys(OUTCOME_TEXTS) as readonly Named[];

export function outcomeText(outcome: Named): string {
  return OUTCOME_TEXTS[outcome]();
}

export function isOutcome(value: string): value is Named {
  return value in OUTCOME_TEXTS;
}
