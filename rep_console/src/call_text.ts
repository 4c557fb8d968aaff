import { ApiError } from "@deskside/browser/api";
import { plural, t } from "@deskside/browser/catalogue";

/** Return why an HTTP call failed, in words for a person. */
export function callText(fault: unknown): string {
  if (!(fault instanceof ApiError) || fault.status === 0) {
    return t("The server cannot be reached. Please try again.");
  }
  if (fault.status === 429) {
    const minutes = Math.max(1, Math.ceil(fault.retryAfter / 60));
    return plural(
      minutes,
      "Too many tries. Please wait {count} minute.",
      "Too many tries. Please wait {count} minutes.",
    );
  }
  switch (fault.code) {
    case "wrong_password":
      return t("User name or password is wrong.");
    case "code_needed":
    case "passkey_needed":
    case "wrong_code":
      return t("This code is not right, or was used before. Please take the newest one.");
    case "wrong_own_password":
      return t("This is not your password.");
    case "wrong_passkey":
      return t("This passkey is not known here.");
    case "too_many_passkeys":
      return t("You have as many passkeys as you can have. Remove one first.");
    case "last_factor":
      return t("Your role needs a second factor. Set up another one first.");
    case "not_a_picture":
      return t("This is no picture that can be used. Please take a JPEG, PNG or WebP.");
    case "bad_address":
      return t("Mail cannot be sent to this address. Please check it.");
    case "no_mail":
      return t("This server sends no mail. Copy the link instead.");
    case "too_many":
      return t("Too many codes are waiting to be used. Cancel one, or wait until it expires.");
    case "code_used":
      return t("The code was used already.");
    case "unknown_contact":
      return t("This contact is not known any more.");
    case "own_verdict":
      return t("Another officer has to give the second verdict.");
    case "unknown_officer":
      return t("This officer does not work here any more.");
    case "unknown_rule":
      return t("Somebody else has removed this rule.");
    case "judged":
    case "taken":
      return t("Another officer is looking at this recording.");
    case "unknown_session":
      return t("This session is not known here.");
    case "bad_token":
      return t("This link was used or has expired. Ask your administrator for a new one.");
    default:
      return fault.message || t("That did not work. Please try again.");
  }
}
