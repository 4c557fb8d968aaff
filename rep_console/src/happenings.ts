/** What happened, as reps read it. */
import { language, plural, t } from "@deskside/browser/catalogue";
import type {
  ActionAnswered,
  ActionReported,
  Ending,
  Fact,
  RecordingPaused,
  Session,
  WrappedUp,
} from "@deskside/browser/contract";
import { outcomeText } from "./outcomes.ts";
import { actionText, sharedText, toolsText } from "./screen_words.ts";
import type { Workplace } from "./workplace.ts";

export interface Setting {
  readonly customer: string;
  readonly workplace: Pick<Workplace, "nameOf" | "teamName" | "issueName">;
  readonly session: Session;
}

/** Return a sentence about `fact`, or nothing when it is not worth one. */
export function happeningText(fact: Fact, { customer, workplace, session }: Setting): string {
  const nameOf = (party: string) =>
    party === session.customer ? customer : (session.names[party] ?? workplace.nameOf(party));
  const name = nameOf(fact.by);
  switch (fact.type) {
    case "opened":
      return t("{name} came about: {issue}", { name, issue: workplace.issueName(fact.issue) });
    case "agreement_accepted":
      return t("The agreement was accepted.");
    case "recording_answered":
      return fact.allowed ? t("Recording was allowed.") : t("Recording was refused.");
    case "recording_withdrawn":
      return t("The permission to record was withdrawn.");
    case "recording_paused":
      return pausedText(fact, name);
    case "recording_resumed":
      return t("{name} let the recording go on.", { name });
    case "noticed":
      return t("A notice was shown: {text}", { text: fact.text });
    case "offered":
      return t("Offered to {name}.", { name: nameOf(fact.rep) });
    case "declined":
      return t("{name} declined.", { name });
    case "offer_expired":
      return fact.gone
        ? t("{name} was not there any more.", { name: nameOf(fact.rep) })
        : t("{name} did not answer.", { name: nameOf(fact.rep) });
    case "code_confirmed":
      return t("The customer confirmed their address with a mailed code.");
    case "accepted":
      return t("{name} accepted the session.", { name });
    case "met":
      return t("{name} accepted the session.", { name: fact.name });
    case "called":
      return t("{name} called the customer.", { name });
    case "call_accepted":
      return t("The customer took the call.");
    case "meeting_missed":
      return t("The rep was not there; the customer waits in the queue.");
    case "invitation_declined":
      return t("{name} declined.", { name });
    case "wiped":
      return t("All texts of this session were deleted.");
    case "app_offered":
      return t("{name} suggested the app.", { name });
    case "app_declined":
      return t("The customer stays in the browser.");
    case "moved":
      return fact.where === "app"
        ? t("The customer goes on in the app.")
        : t("The customer goes on in the browser.");
    case "joined":
      return t("{name} joined.", { name });
    case "left":
      return t("{name} left.", { name });
    case "monitored":
    case "monitoring_announced":
      return t("{name} monitors the session.", { name });
    case "monitoring_stopped":
    case "announced_monitoring_stopped":
      return t("{name} no longer monitors the session.", { name: nameOf(fact.rep || fact.by) });
    case "taken_over":
      return t("{name} took the session over.", { name });
    case "owner_changed":
      return t("{name} is responsible now.", { name: nameOf(fact.rep) });
    case "invited":
      return t("{name} was invited.", { name: nameOf(fact.rep) });
    case "transferred":
      return t("Passed on to {team}.", { team: workplace.teamName(fact.team) });
    case "returned":
      return t("Returned to the queue of {team}.", { team: workplace.teamName(fact.team) });
    case "nudged":
      return t("{name} nudged the customer.", { name });
    case "nudge_reported":
      return t("The nudge was shown by: {means}.", { means: meansText(fact.worked) });
    case "link_pushed":
      return t("{name} sent a link: {link}", { name, link: fact.title || fact.url });
    case "grants_requested":
      return t("{name} asks for: {tools}", { name, tools: toolsText(fact.tools, language()) });
    case "grants_given":
      return t("Allowed to {name}: {tools}", {
        name: nameOf(fact.rep),
        tools: toolsText(fact.tools, language()),
      });
    case "grants_refused":
      return fact.by === session.customer
        ? t("{name} refused: {tools}", { name, tools: toolsText(fact.tools, language()) })
        : t("Not answered: {tools}", { tools: toolsText(fact.tools, language()) });
    case "grant_withdrawn":
      return t("No longer allowed to {name}: {tools}", {
        name: nameOf(fact.rep),
        tools: toolsText([fact.tool], language()),
      });
    case "system_requested":
      return t("{name} asks what the computer is made of.", { name });
    case "system_told":
      return t("The computer has told what it is made of.");
    case "action_requested":
      return t("{name} asks the customer: {action}", { name, action: actionText(fact.action) });
    case "action_answered":
      return answeredText(fact, session.customer);
    case "action_reported":
      return reportedText(fact);
    case "screen_shared":
    case "sharing_changed":
      return t("{name} shares {what}.", { name, what: sharedText(fact.what) });
    case "sharing_stopped":
      return t("{name} stopped sharing.", { name });
    case "sharing_paused":
      return t("Sharing is paused.");
    case "sharing_resumed":
      return t("Sharing goes on.");
    case "warned":
      return t("Nothing was written for a while; the session ends soon.");
    case "extended":
      return t("{name} keeps the session open.", { name });
    case "dropped":
      return t("{name} lost the connection.", { name: nameOf(fact.party) });
    case "came_back":
      return t("{name} is back.", { name: nameOf(fact.party) });
    case "ended":
      return ENDINGS[fact.ending]();
    case "survey_submitted":
      return surveyText(fact.rating, fact.text);
    case "wrapped_up":
      return wrapUpText(fact, name);
    case "texts_erased":
      return t("The customer deleted their texts.");
    default:
      return "";
  }
}

/** Return what the customer said to a special action. */
export function answeredText({ allowed, by, action }: ActionAnswered, customer: string): string {
  if (allowed) return t("The customer allowed it: {action}", { action: actionText(action) });
  return by === customer
    ? t("The customer said no: {action}", { action: actionText(action) })
    : t("Not answered: {action}", { action: actionText(action) });
}

/** Return what came of a special action. */
export function reportedText({ outcome, action }: ActionReported): string {
  return OUTCOMES[outcome](actionText(action));
}

const OUTCOMES = {
  done: (action: string) => t("Done: {action}", { action }),
  failed: (action: string) => t("Did not work: {action}", { action }),
  not_possible: (action: string) =>
    t("The customer's computer cannot do this: {action}", { action }),
};

/** Return that the recording was paused, by whom and why, and what that took out. */
function pausedText({ why, cut_seconds: cut }: RecordingPaused, name: string): string {
  const text = why
    ? t("{name} paused the recording: {why}", { name, why })
    : t("{name} paused the recording.", { name });
  const taken = plural(
    cut,
    "The last {count} second was taken out.",
    "The last {count} seconds were taken out.",
  );
  return cut ? `${text} – ${taken}` : text;
}

function meansText(worked: readonly (keyof typeof MEANS)[]): string {
  return worked.map((means) => MEANS[means]()).join(", ") || t("nothing");
}

const MEANS = {
  title: () => t("title"),
  notification: () => t("notification"),
  sound: () => t("sound"),
  shake: () => t("shaking"),
  focus: () => t("focus"),
};

function surveyText(rating: number, text: string): string {
  const rated = rating ? t("Rated {rating} of 5.", { rating }) : t("Survey answered.");
  return text ? `${rated} “${text}”` : rated;
}

function wrapUpText({ outcome, text, erased }: WrappedUp, name: string): string {
  const what = [outcome && outcomeText(outcome), erased ? t("Deleted") : text].filter(Boolean);
  return t("{name} wrapped up: {what}", { name, what: what.join(" – ") });
}

const ENDINGS: Readonly<Record<Ending, () => string>> = {
  agreement_declined: () => t("Ended: the agreement was declined."),
  agreement_timeout: () => t("Ended: the agreement was not answered in time."),
  recording_refused: () => t("Ended: recording was refused."),
  identity_failed: () => t("Ended: the mailed code was wrong too often."),
  identity_timeout: () => t("Ended: the mailed code was not typed in time."),
  left_before_queue: () => t("Ended: the customer left before the queue."),
  call_refused: () => t("Ended: the customer did not take the call."),
  abandoned: () => t("Ended: the customer left the queue."),
  left_on_notice: () => t("Ended: the customer left because of a notice."),
  orphaned: () => t("Ended: nobody was available any more."),
  unanswered: () => t("Ended: the request was not answered."),
  busy: () => t("Ended: everybody was busy."),
  customer_ended: () => t("Ended by the customer."),
  rep_ended: () => t("Ended by the rep."),
  inactive: () => t("Ended: nothing was written for a while."),
  customer_lost: () => t("Ended: the customer was away too long."),
  rep_lost: () => t("Ended: the rep was lost."),
};

/** Return how a session ended, in a few words. */
export function endingText(ending: Ending): string {
  return ENDINGS[ending]();
}
