/** The picture's states in words for reps. */
import { t } from "@deskside/browser/catalogue";
import type { Shared, SpecialAction, Tool } from "@deskside/browser/contract";
import type { Blanked, Trouble } from "@deskside/browser/picture";

export const TOOLS: readonly Tool[] = [
  "view",
  "control",
  "clipboard",
  "files",
  "system_information",
  "special_actions",
];

export function toolText(tool: Tool): string {
  return TOOL_TEXTS[tool]();
}

const TOOL_TEXTS: Readonly<Record<Tool, () => string>> = {
  view: () => t("See the screen"),
  control: () => t("Mouse and keyboard"),
  clipboard: () => t("Clipboard"),
  files: () => t("Files"),
  system_information: () => t("System information"),
  special_actions: () => t("Special actions"),
};

/** Return what a special action does, as the button that asks for it. */
export function actionText(action: SpecialAction): string {
  return ACTION_TEXTS[action]();
}

const ACTION_TEXTS: Readonly<Record<SpecialAction, () => string>> = {
  lock: () => t("Lock the screen"),
  log_off: () => t("Log off"),
  task_manager: () => t("Open the task manager"),
  open_page: () => t("Open a web page"),
};

/** Return `tools` as they stand in a sentence. */
export function toolsText(tools: readonly Tool[], language: string): string {
  return new Intl.ListFormat(language).format(tools.map(toolText));
}

export function sharedText(shared: Shared): string {
  return SHARED_TEXTS[shared]();
}

const SHARED_TEXTS: Readonly<Record<Shared, () => string>> = {
  screen: () => t("the whole screen"),
  monitor: () => t("one monitor"),
  applications: () => t("chosen applications"),
  window: () => t("one window"),
  tab: () => t("one browser tab"),
};

/** Return why nothing can be seen, or can be seen no more. */
export function blankText(why: Blanked): string {
  return BLANK_TEXTS[why]();
}

const BLANK_TEXTS: Readonly<Record<Blanked, () => string>> = {
  stopped: () => t("The customer has stopped sharing."),
  paused: () => t("The picture is paused because it cannot be recorded at the moment."),
  revoked: () => t("You may not see the screen any more."),
  customer_gone: () => t("The customer's connection is lost. The picture comes back with it."),
  lease_over: () => t("Your permission to see the screen has run out."),
};

export function troubleText(trouble: Exclude<Trouble, "">): string {
  return TROUBLE_TEXTS[trouble]();
}

const TROUBLE_TEXTS: Readonly<Record<Exclude<Trouble, "">, () => string>> = {
  locked: () => t("The customer's screen is locked."),
  display_lost: () => t("The customer's display is not there any more."),
  monitor_gone: () => t("The monitor that was shared has been disconnected."),
  capture_failed: () => t("The customer's computer cannot take the picture of the screen."),
};
