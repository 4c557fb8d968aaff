/** What happened, as the customer reads it. */
import { language, t } from "@deskside/browser/catalogue";
import { toolText } from "./screen_words.ts";
import type { Ending, Fact, Session, Tool } from "@deskside/browser/contract";

/** Return a sentence about `fact`, or nothing when it is not worth one. */
export function happeningText(fact: Fact, { names, customer }: Session): string {
  const name = names[fact.by] ?? "";
  switch (fact.type) {
    case "held":
      return fact.text;
    case "accepted":
      return t("{name} is here for you.", { name: fact.name });
    case "met":
      return t("{name} is here for you.", { name: fact.name });
    case "meeting_missed":
      return t("Your colleague is not there at the moment; somebody else will help you.");
    case "joined":
      return t("{name} has joined.", { name: fact.name });
    case "left":
      return t("{name} has left.", { name });
    case "monitoring_announced":
      return t("{name}, who leads the team, is reading along.", { name: fact.name });
    case "announced_monitoring_stopped":
      return t("{name} no longer reads along.", { name: names[fact.rep || fact.by] ?? "" });
    case "taken_over":
      return t("{name} takes care of you now.", { name: fact.name });
    case "owner_changed":
      return t("{name} takes care of you now.", { name: names[fact.rep] ?? "" });
    case "transferred":
      return t("You are being passed on to other colleagues.");
    case "returned":
      return t("You are back in the queue; your place is kept.");
    case "nudged":
      return t("{name} is calling you.", { name });
    case "dropped":
      return fact.party === customer
        ? ""
        : t("{name} has lost the connection.", { name: names[fact.party] ?? "" });
    case "came_back":
      return fact.party === customer ? "" : t("{name} is back.", { name: names[fact.party] ?? "" });
    case "app_offered":
      return t("{name} suggests that you go on in the app.", { name });
    case "app_declined":
      return t("You stay in the browser.");
    case "moved":
      return fact.where === "app" ? t("You go on in the app.") : t("You go on in the browser.");
    case "grants_given":
      return t("You allow {name} to: {tools}", {
        name: names[fact.rep] ?? "",
        tools: toolsText(fact.tools),
      });
    case "grants_refused":
      return fact.by === customer
        ? t("You did not allow: {tools}", { tools: toolsText(fact.tools) })
        : t("The question was not answered, so nothing was allowed.");
    case "grant_withdrawn":
      return t("{name} may no longer: {tools}", {
        name: names[fact.rep] ?? "",
        tools: toolText(fact.tool),
      });
    case "system_told":
      return t("{name} was told what your computer is made of.", {
        name: names[fact.rep] ?? "",
      });
    case "screen_shared":
      return t("You share your screen.");
    case "sharing_changed":
      return t("You have changed what you share.");
    case "sharing_stopped":
      return t("Your screen is no longer shared.");
    case "sharing_paused":
      return t("Sharing is paused.");
    case "sharing_resumed":
      return t("Sharing goes on.");
    case "recording_answered":
      return fact.allowed ? t("Recording is allowed.") : t("This session is not recorded.");
    case "recording_paused":
      return fact.why
        ? t("{name} paused the recording: {why}", { name, why: fact.why })
        : t("{name} paused the recording.", { name });
    case "recording_resumed":
      return t("{name} let the recording go on.", { name });
    case "recording_withdrawn":
      return t("You have withdrawn the permission to record.");
    default:
      return "";
  }
}

function toolsText(tools: readonly Tool[]): string {
  return new Intl.ListFormat(language()).format(tools.map(toolText));
}

/** Return why the chat is over, in a sentence to the customer. */
export function endingText(ending: Ending | "", rep: string): string {
  return ending ? ENDINGS[ending](rep) : t("The chat has ended.");
}

const ENDINGS: Readonly<Record<Ending, (rep: string) => string>> = {
  agreement_declined: () => t("You declined the agreement, so no chat was started."),
  agreement_timeout: () => t("The question was not answered in time, so no chat was started."),
  recording_refused: () => t("Without recording this chat could not go on."),
  identity_failed: () => t("The code was wrong too often, so no chat was started."),
  identity_timeout: () => t("The code was not typed in time, so no chat was started."),
  left_before_queue: () => t("You left before the chat began."),
  call_refused: () => t("You did not take the call, so no chat was started."),
  abandoned: () => t("You left the queue."),
  left_on_notice: () => t("You left because of a notice."),
  orphaned: () => t("Nobody is available any more. We are sorry."),
  unanswered: () => t("Your request was not answered. We are sorry."),
  busy: () => t("Everybody is busy at the moment. Please try again later."),
  customer_ended: () => t("You have ended the chat."),
  rep_ended: (name) =>
    name ? t("{name} has ended the chat.", { name }) : t("The chat has ended."),
  inactive: () => t("The chat has ended because nothing was written for a while."),
  customer_lost: () => t("The chat has ended because you were away too long."),
  rep_lost: () => t("The chat has ended because your colleague lost the connection. We are sorry."),
};
