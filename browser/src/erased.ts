/** What stands where words were. */
import { t } from "./catalogue.ts";
import type { Fact, Session } from "./contract.ts";

/** Return what became of the words of `fact`: taken back by the rep who wrote them, or deleted. */
export function erasedText({ by }: Fact, { customer, deleted }: Session): string {
  return by !== customer && !deleted ? t("Message taken back") : t("Deleted");
}
