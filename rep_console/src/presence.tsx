/** How somebody is there: in a word, and as a dot beside the word. */
import { t } from "@deskside/browser/catalogue";
import type { Colleague } from "@deskside/browser/contract";

type Presence = Colleague["presence"];

export function presenceText(presence: Presence): string {
  return TEXTS[presence]();
}

const TEXTS: Readonly<Record<Presence, () => string>> = {
  available: () => t("Available"),
  away: () => t("Away"),
  off: () => t("Not available"),
};

/** Its shape differs too, for those who see no colours. */
export function PresenceDot({ presence }: { presence: Presence }) {
  return <span className={`dot dot-${presence}`} aria-hidden="true" />;
}
