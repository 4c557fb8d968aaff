/** What a rep may do with a customer's screen, told from the session's facts alone. */
import type { Fact, Grant, Session, Tool } from "@deskside/browser/contract";
import type { Entry } from "@deskside/browser/transcript";
import { serves } from "./concerns.ts";

/** A grant with less left than this asks to be renewed. */
export const SOON_MS = 120_000;

/** How long an answer stays in sight. */
const ANSWER_SHOWN_MS = 12_000;

export interface ScreenRights {
  /** Whether there is anything to show in the region. */
  readonly open: boolean;
  readonly view: Grant | undefined;
  readonly control: Grant | undefined;
  readonly clipboard: Grant | undefined;
  readonly mine: readonly Grant[];
  /** Others who may see the screen. */
  readonly others: readonly string[];
}

export function rightsOf(session: Session, me: string): ScreenRights {
  const mine = session.grants.filter(({ rep }) => rep === me);
  const grant = (tool: Tool) => mine.find((each) => each.tool === tool);
  const view = grant("view");
  const isOn = session.sharing !== "" || view !== undefined;
  return {
    open: session.state === "talking" && serves(session, me) && isOn,
    view,
    control: grant("control"),
    clipboard: grant("clipboard"),
    mine,
    others: session.grants
      .filter(({ tool, rep }) => tool === "view" && rep !== me)
      .map(({ rep }) => rep),
  };
}

/** Return what to ask for, so that the rep can steer. */
export function toolsForControl({ view }: ScreenRights): readonly Tool[] {
  return view ? ["control"] : ["view", "control"];
}

export type Answer = "" | "refused" | "unanswered";

/** Return how the rep's last request ended, while that is news. */
export function lastAnswer(
  entries: readonly Entry[],
  session: Session,
  me: string,
  now: number,
): Answer {
  const last = entries.findLast(({ fact }) => isAboutGrants(fact))?.fact;
  if (last?.type !== "grants_refused" || last.rep !== me || session.prompt) return "";
  if (now - last.at > ANSWER_SHOWN_MS) return "";
  return last.by === session.customer ? "refused" : "unanswered";
}

function isAboutGrants({ type }: Fact): boolean {
  return type === "grants_requested" || type === "grants_given" || type === "grants_refused";
}
