/** Everything that can be done from the keyboard: one list for the palette, the keys and the sheet. */
import { t } from "@deskside/browser/catalogue";
import { customerOf } from "./customer.ts";
import type { IconName } from "./icons.tsx";
import { nextUnanswered } from "./my_order.ts";
import type { Preferences } from "./preferences.ts";
import { go } from "./route.ts";
import { screenCommands } from "./screen_commands.ts";
import { myPlaces } from "./use_my_order.ts";
import type { ViewRow } from "./views.tsx";
import type { Asking, Workplace } from "./workplace.ts";

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly icon: IconName;
  /** The first is shown; any does it. */
  readonly keys?: readonly string[];
  readonly run: () => void;
}

export interface CommandParts {
  readonly workplace: Workplace;
  readonly preferences: Preferences;
  readonly views: readonly ViewRow[];
}

/** Return what can be done right now. */
export function commandsOf(parts: CommandParts): readonly Command[] {
  return [...sessionCommands(parts), ...listCommands(parts), ...viewCommands(parts)];
}

/** About the session that is open, as far as its state and the rep's part in it allow. */
function sessionCommands({ workplace, preferences }: CommandParts): Command[] {
  const { mine, chosen } = workplace.state.get();
  const session = mine.find(({ id }) => id === chosen)?.view.get().session;
  if (!session) return [];
  const group = t("This session");
  const me = workplace.account.party;
  const talks = session.state === "talking";
  const isMine = talks && session.owner === me;
  const takesPart = isMine || (talks && session.joined.includes(me));
  const ask = (asking: Asking) => () => workplace.asking.set(asking);
  const isPinned = workplace.pins.get().ids.includes(chosen);
  const { showsFacts } = preferences.layout.get();
  const all: (Omit<Command, "group"> | false)[] = [
    takesPart && {
      id: "write",
      label: t("Write a message"),
      icon: "edit",
      keys: ["Alt+M", "m"],
      run: () => focusOn(".composer textarea"),
    },
    takesPart && {
      id: "note",
      label: t("Switch between message and note"),
      icon: "note",
      keys: ["Alt+N"],
      run: () => press(".composer [role=switch]"),
    },
    takesPart && {
      id: "undo",
      label: t("Take back the last line"),
      icon: "undo",
      keys: ["Alt+Z"],
      run: () => void workplace.takeBack(chosen),
    },
    takesPart && {
      id: "nudge",
      label: t("Nudge"),
      icon: "nudge",
      keys: ["n"],
      run: () => void workplace.ask({ type: "nudge", session: chosen }),
    },
    isMine && {
      id: "transfer",
      label: t("Transfer"),
      icon: "transfer",
      keys: ["t"],
      run: ask("transfer"),
    },
    isMine && { id: "invite", label: t("Invite"), icon: "invite", keys: ["i"], run: ask("invite") },
    isMine && {
      id: "return",
      label: t("Return to queue"),
      icon: "return",
      keys: ["r"],
      run: ask("return"),
    },
    isMine && { id: "end", label: t("End session"), icon: "end", keys: ["e"], run: ask("end") },
    {
      id: "pin",
      label: isPinned ? t("Unpin") : t("Pin"),
      icon: "pin",
      keys: ["Alt+P", "p"],
      run: () => workplace.pin(chosen, !isPinned),
    },
    {
      id: "facts",
      label: t("Show or hide the customer's details"),
      icon: "panel",
      keys: ["Alt+I"],
      run: () => preferences.layout.patch({ showsFacts: !showsFacts }),
    },
  ];
  const screen = takesPart
    ? screenCommands({ workplace, preferences }, session).map((each) => ({
        ...each,
        group: t("Screen"),
      }))
    : [];
  return [...all.filter((each) => each !== false).map((each) => ({ ...each, group })), ...screen];
}

/** Who is served, who waits, and how to get to them. */
function listCommands({ workplace }: CommandParts): Command[] {
  const group = t("My sessions");
  const { chosen, mine, queues } = workplace.state.get();
  const places = myPlaces(workplace);
  const turnTo = (id: string | undefined) => () => {
    if (!id) return;
    go("sessions", id);
    workplace.choose(id);
  };
  const at = places.findIndex(({ id }) => id === chosen);
  const around = (step: number) => places.at((at + step) % Math.max(1, places.length))?.id;
  const switches = places.map(({ id }, index): Command => {
    const view = mine.find((each) => each.id === id)?.view.get();
    const name = (view ? customerOf(view).name : "") || t("Without a name");
    const keys = index < 10 ? [`Alt+${(index + 1) % 10}`] : [];
    return { id: `open ${id}`, label: name, group, icon: "sessions", keys, run: turnTo(id) };
  });
  const waiting = Object.values(queues).flat();
  const all: Command[] = [
    {
      id: "unanswered",
      label: t("Next who waits for an answer"),
      group,
      icon: "clock",
      keys: ["Alt+U", "u"],
      run: turnTo(nextUnanswered(places, chosen)),
    },
    {
      id: "down",
      label: t("Next session"),
      group,
      icon: "next",
      keys: ["Alt+ArrowDown", "j"],
      run: turnTo(at < 0 ? places[0]?.id : around(1)),
    },
    {
      id: "up",
      label: t("Previous session"),
      group,
      icon: "next",
      keys: ["Alt+ArrowUp", "k"],
      run: turnTo(at < 0 ? places.at(-1)?.id : around(-1)),
    },
    {
      id: "next",
      label: t("Take the next from the queue"),
      group: t("Queue"),
      icon: "check",
      keys: ["Alt+A", "a"],
      run: () => void workplace.acceptNext(),
    },
  ];
  return [...all.filter(({ id }) => (id === "next" ? waiting.length : places.length)), ...switches];
}

function viewCommands({ workplace, preferences, views }: CommandParts): Command[] {
  const group = t("Go to");
  const { available } = workplace.state.get();
  const { density } = preferences.look.get();
  const toggleDensity = () =>
    preferences.look.patch({ density: density === "compact" ? "comfortable" : "compact" });
  const general = t("General");
  return [
    ...views.map((view): Command => ({
      id: `view ${view.path}`,
      label: view.label(),
      group,
      icon: view.icon,
      run: () => go(view.path),
    })),
    ...(available === null
      ? []
      : [
          {
            id: "available",
            label: available ? t("Take no more sessions") : t("Take sessions"),
            group: general,
            icon: "bell",
            run: () => workplace.setAvailable(!available),
          } as const,
        ]),
    {
      id: "dark",
      label: t("Dark colours"),
      group: general,
      icon: "moon",
      run: () => preferences.look.patch({ scheme: "dark" }),
    },
    {
      id: "light",
      label: t("Light colours"),
      group: general,
      icon: "sun",
      run: () => preferences.look.patch({ scheme: "light" }),
    },
    {
      id: "density",
      label: t("Change the density"),
      group: general,
      icon: "settings",
      run: toggleDensity,
    },
  ];
}

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

function press(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.click();
}
