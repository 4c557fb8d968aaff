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
    case "bad_token":
      return t("This link was used or has expired. Ask your administrator for a new one.");
    default:
      return fault.message || t("That did not work. Please try again.");
  }
}
