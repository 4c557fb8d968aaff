/** Why something was turned down, and what that leaves as it was. */
import { t } from "@deskside/browser/catalogue";
import { refusalText } from "@deskside/browser/refusals";
import type { Notice } from "./workplace.ts";

export function noticeText({ asked, refusal, who }: Notice): string {
  const { code } = refusal;
  if (asked === "transfer" || asked === "invite" || asked === "return_to_queue") {
    return `${movedText(asked, code, who)} ${t("Nothing has changed: the session is still yours.")}`;
  }
  if (asked === "call" && code === "not_now") {
    return t("This customer has an open session at the moment.");
  }
  return refusalText(code, who);
}

function movedText(
  asked: "transfer" | "invite" | "return_to_queue",
  code: Notice["refusal"]["code"],
  who: string,
): string {
  if (code === "nobody_available") {
    return asked === "invite"
      ? t("They are not available any more.")
      : t("Nobody is available there any more.");
  }
  if (code === "taken" && asked === "invite") {
    return t("{name} is in this session already.", { name: who });
  }
  if (code === "taken") return t("The session is being offered to {name} already.", { name: who });
  return refusalText(code, who);
}
