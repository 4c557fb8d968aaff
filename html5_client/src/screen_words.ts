/** What concerns the customer's screen, in words for customers. */
import { t } from "@deskside/browser/catalogue";
import type { Session, Tool } from "@deskside/browser/contract";
import { refusalText } from "@deskside/browser/refusals";
import type { Problem } from "./sharing.ts";

/** What a web page can give; the rest needs the app. */
export const WEB_TOOLS: readonly Tool[] = ["view"];

/** Return what `tool` lets a rep do. */
export function toolText(tool: Tool): string {
  return TOOLS[tool]();
}

const TOOLS: Readonly<Record<Tool, () => string>> = {
  view: () => t("see your screen"),
  control: () => t("use your mouse and keyboard"),
  clipboard: () => t("exchange copied text with you"),
  files: () => t("exchange files with you"),
  system_information: () => t("read what your computer is made of"),
  special_actions: () => t("lock it, log off, or open the task manager"),
};

/** Return what went wrong with sharing, and what can be done. */
export function problemText(problem: Exclude<Problem, "">): string {
  switch (problem) {
    case "unsupported":
      return t(
        "This browser cannot share a screen. On a computer, Chrome, Edge, Firefox and Safari can; phones and tablets cannot.",
      );
    case "refused":
      return t("Nothing is shared: you or your system said no.");
    case "refused_in_frame":
      return t(
        "Nothing is shared. If your browser did not ask you, open the chat in its own tab and share from there.",
      );
    case "failed":
      return t("The browser could not take the picture of the screen. Please try again.");
    case "reloaded":
      return t("Sharing ended because this page was loaded anew. You can share again.");
    default:
      return refusalText(problem);
  }
}

/** Return who may see the screen, as a sentence can name them. */
export function watchersText({ grants, names }: Session, language: string): string {
  const reps = grants.filter(({ tool }) => tool === "view").map(({ rep }) => names[rep] ?? "");
  return new Intl.ListFormat(language).format([...new Set(reps)].filter(Boolean));
}
