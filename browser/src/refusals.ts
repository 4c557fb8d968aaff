/** Why the broker turned something down, in words for a person. */
import { t } from "./catalogue.ts";
import type { RefusalCode } from "./contract.ts";

/** Return one sentence; `who` is the name of the party that a refusal is about, if known. */
export function refusalText(code: RefusalCode, who = ""): string {
  const text = TEXTS[code];
  return text(who);
}

const TEXTS: Readonly<Record<RefusalCode, (who: string) => string>> = {
  malformed: () => t("This could not be understood."),
  not_signed_in: () => t("You are not signed in any more."),
  unknown_session: () => t("This session is not known here."),
  not_yours: () => t("You are not part of this session."),
  not_now: () => t("This is not possible at the moment."),
  not_due: () => t("This is not possible at the moment."),
  too_soon: () => t("Please wait a moment before you do this again."),
  too_late: () => t("It is too late for that."),
  taken: (who) => (who ? t("{name} was faster.", { name: who }) : t("Somebody else was faster.")),
  at_capacity: () => t("You have as many sessions as you may have at once."),
  nobody_available: () => t("Nobody is available there right now."),
  closed: () => t("This session has ended."),
  wrong_text: () => t("The text has changed meanwhile. Please read it again."),
  bad_address: () => t("Mail cannot be sent to this address. Please check it."),
  no_grant: () => t("There is no permission for this."),
  unknown_file: () => t("This file is not known here."),
  file_empty: () => t("This file is empty."),
  file_too_large: () => t("This file is too large."),
  files_too_large: () => t("All files of this chat together are too large."),
  file_kind: () => t("Such files are not taken here."),
  unknown_issue: () => t("This choice is not offered any more. Please choose again."),
  unknown_code: () => t("This code is not known, was used already, or has expired."),
  unknown_contact: () => t("This customer cannot be called."),
  rate_limited: () => t("That was too much at once. Please wait a moment."),
  try_again: () => t("That did not work. Please try again."),
};
