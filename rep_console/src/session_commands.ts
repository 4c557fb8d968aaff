/** What can be done with the session that is open, and with those that a rep is asked to take. */
import { t } from "@deskside/browser/catalogue";
import { emptySession } from "@deskside/browser/contract";
import type { Command, CommandParts } from "./commands.ts";
import { isInvited, isOffered } from "./concerns.ts";
import { screenCommands } from "./screen_commands.ts";
import type { Asking } from "./workplace.ts";

/** About the session that is open; its state and the rep's part in it say what is possible. */
export function sessionCommands({ workplace, preferences }: CommandParts): Command[] {
  const { mine, chosen } = workplace.state.get();
  const transcript = mine.find(({ id }) => id === chosen);
  const session = transcript?.view.get().session;
  const me = workplace.account.party;
  const talks = session?.state === "talking";
  const isMine = talks && session.owner === me;
  const hasJoined = talks && session.joined.includes(me);
  const takesPart = isMine || hasJoined;
  const ask = (asking: Asking) => () => workplace.asking.set(asking);
  const isPinned = workplace.pins.get().ids.includes(chosen);
  const { showsFacts } = preferences.layout.get();
  const group = t("This session");
  const all: Omit<Command, "group">[] = [
    {
      id: "write",
      label: t("Write a message"),
      icon: "edit",
      keys: ["Alt+M", "m"],
      isPossible: takesPart,
      run: () => focusOn(".composer textarea"),
    },
    {
      id: "note",
      label: t("Switch between message and note"),
      icon: "note",
      keys: ["Alt+N"],
      isPossible: takesPart,
      run: () => press(".composer [role=switch]"),
    },
    {
      id: "undo",
      label: t("Take back the last line"),
      icon: "undo",
      keys: ["Alt+Z"],
      isPossible: takesPart,
      run: () => void workplace.takeBack(chosen),
    },
    {
      id: "nudge",
      label: t("Nudge"),
      icon: "nudge",
      keys: ["n"],
      isPossible: takesPart,
      run: () => void workplace.ask({ type: "nudge", session: chosen }),
    },
    {
      id: "computer",
      label: t("The customer's computer"),
      icon: "computer",
      keys: ["c"],
      isPossible: takesPart,
      run: ask("computer"),
    },
    {
      id: "link",
      label: t("Send a link"),
      icon: "link",
      keys: ["Alt+K"],
      isPossible: takesPart,
      run: ask("link"),
    },
    {
      id: "offer app",
      label: t("Offer the app"),
      icon: "download",
      keys: ["d"],
      isPossible: takesPart && session.where === "page" && !session.app_offered,
      run: () => void workplace.ask({ type: "offer_app", session: chosen }),
    },
    {
      id: "file",
      label: t("Send file"),
      icon: "attach",
      keys: ["f"],
      isPossible: takesPart,
      run: () => press(".composer [data-tool=file]"),
    },
    {
      id: "emoji",
      label: t("Emoji"),
      icon: "emoji",
      keys: ["o"],
      isPossible: takesPart,
      run: () => press(".composer [data-tool=emoji]"),
    },
    {
      id: "transfer",
      label: t("Transfer"),
      icon: "transfer",
      keys: ["t"],
      isPossible: isMine,
      run: ask("transfer"),
    },
    {
      id: "invite",
      label: t("Invite"),
      icon: "invite",
      keys: ["i"],
      isPossible: isMine,
      run: ask("invite"),
    },
    {
      id: "return",
      label: t("Return to queue"),
      icon: "return",
      keys: ["r"],
      isPossible: isMine,
      run: ask("return"),
    },
    {
      id: "pause recording",
      label: session?.recording_paused ? t("Resume recording") : t("Pause recording"),
      icon: "pause",
      keys: ["s"],
      isPossible: isMine && session.recording === "allowed",
      run: session?.recording_paused
        ? () => void workplace.ask({ type: "resume_recording", session: chosen })
        : ask("pause"),
    },
    {
      id: "leave",
      label: t("Leave"),
      icon: "leave",
      keys: ["l"],
      isPossible: hasJoined,
      run: () => void workplace.ask({ type: "leave", session: chosen }),
    },
    {
      id: "end",
      label: t("End session"),
      icon: "end",
      keys: ["e"],
      isPossible: isMine,
      run: ask("end"),
    },
    {
      id: "put away",
      label: t("Put away"),
      icon: "check",
      keys: ["Alt+W"],
      isPossible: session?.state === "ended",
      run: () => transcript && workplace.putAway(transcript),
    },
    {
      id: "pin",
      label: isPinned ? t("Unpin") : t("Pin"),
      icon: "pin",
      keys: ["Alt+P", "p"],
      isPossible: session !== undefined,
      run: () => workplace.pin(chosen, !isPinned),
    },
    {
      id: "facts",
      label: t("Show or hide the customer's details"),
      icon: "panel",
      keys: ["Alt+I"],
      isPossible: session !== undefined,
      run: () => preferences.layout.patch({ showsFacts: !showsFacts }),
    },
  ];
  const parts = { workplace, preferences };
  const screen = screenCommands(parts, session ?? emptySession(""), takesPart);
  return [
    ...all.map((each) => ({ ...each, group })),
    ...screen.map((each) => ({ ...each, group: t("Screen") })),
  ];
}

/** The answer to what is asked of the rep: first of all what the open session asks. */
export function approachCommands({ workplace }: CommandParts): Command[] {
  const { mine, chosen, dismissed } = workplace.state.get();
  const me = workplace.account.party;
  const asking = mine
    .map(({ view }) => view.get().session)
    .filter((each) => isOffered(each, me) || isInvited(each, me))
    .filter(({ id }) => !dismissed.includes(id));
  const session = asking.find(({ id }) => id === chosen) ?? asking[0];
  const offered = session !== undefined && isOffered(session, me);
  const accept = (id: string) => (offered ? workplace.accept(id) : workplace.comeIn("join", id));
  const decline = (id: string) =>
    offered
      ? void workplace.ask({ type: "decline", session: id })
      : workplace.dismissInvitation(id);
  const group = t("Offered to you");
  return [
    {
      id: "accept",
      label: session && !offered ? t("Join") : t("Accept"),
      group,
      icon: "check",
      keys: ["Alt+Q"],
      isPossible: session !== undefined,
      run: () => session && void accept(session.id),
    },
    {
      id: "decline",
      label: session && !offered ? t("Not now") : t("Decline"),
      group,
      icon: "end",
      keys: ["Alt+X"],
      isPossible: session !== undefined,
      run: () => session && decline(session.id),
    },
  ];
}

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

function press(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.click();
}
