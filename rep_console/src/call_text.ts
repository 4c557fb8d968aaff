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
    case "wrong_code":
      return t("This code is not right. Please take the newest one.");
    case "bad_token":
      return t("This link was used or has expired. Ask your administrator for a new one.");
    default:
      return fault.message || t("That did not work. Please try again.");
  }
}
