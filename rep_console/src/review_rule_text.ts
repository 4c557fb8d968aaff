/** Rules in words, and the sign of each kind. */
import { plural, t } from "@deskside/browser/catalogue";
import type { IconName } from "./icons.tsx";
import type { RuleKind, WantedRule } from "./reviews.ts";

export const RULE_ICONS: Readonly<Record<RuleKind, IconName>> = {
  share: "sample",
  files: "file",
  control: "pointer",
  refused: "lock",
};

/** Return what a rule brings, as a sentence. */
export function ruleText({ kind, percent }: WantedRule): string {
  switch (kind) {
    case "share":
      return plural(
        percent,
        "{count} % of all sessions, drawn at random",
        "{count} % of all sessions, drawn at random",
      );
    case "files":
      return t("Every session in which files were sent");
    case "control":
      return t("Every session in which a rep had control");
    case "refused":
      return t("Every session that the customer did not let be recorded");
  }
}
