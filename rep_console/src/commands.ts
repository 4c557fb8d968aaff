/** Everything that can be done from the keyboard: one list for the palette, the keys and the sheet. */
import { t } from "@deskside/browser/catalogue";
import { customerOf } from "./customer.ts";
import type { IconName } from "./icons.tsx";
import { nextUnanswered } from "./my_order.ts";
import type { Preferences } from "./preferences.ts";
import { playerCommands } from "./recording_keys.ts";
import { go } from "./route.ts";
import { approachCommands, sessionCommands } from "./session_commands.ts";
import type { ViewRow } from "./views.tsx";
import type { Workplace } from "./workplace.ts";

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly icon: IconName;
  /** The first is shown; any does it. */
  readonly keys?: readonly string[];
  /** Whether it can be done right now; left out: always. */
  readonly isPossible?: boolean;
  readonly run: () => void;
}

export interface CommandParts {
  readonly workplace: Workplace;
  readonly preferences: Preferences;
  readonly views: readonly ViewRow[];
}

/** Return what can be done right now. */
export function commandsOf(parts: CommandParts): readonly Command[] {
  return allCommands(parts).filter(({ isPossible = true }) => isPossible);
}

/** Return what can be done at all, also what a rep who looks for its keys cannot do yet. */
export function allCommands(parts: CommandParts): readonly Command[] {
  const { takesSessions } = parts.workplace;
  const ofSessions = takesSessions
    ? [...sessionCommands(parts), ...approachCommands(parts), ...listCommands(parts)]
    : [];
  const ofPlayer = parts.workplace.account.role === "compliance" ? playerCommands() : [];
  return [...ofSessions, ...ofPlayer, ...viewCommands(parts)];
}

/** Who is served, who waits, and how to get to them. */
function listCommands({ workplace }: CommandParts): Command[] {
  const group = t("My sessions");
  const { chosen, mine, queues } = workplace.state.get();
  const places = workplace.list.places();
  const turnTo = (id: string | undefined) => () => {
    if (id) workplace.turnTo(id);
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
      isPossible: places.length > 0,
      run: turnTo(nextUnanswered(places, chosen)),
    },
    {
      id: "down",
      label: t("Next session"),
      group,
      icon: "next",
      keys: ["Alt+ArrowDown", "j"],
      isPossible: places.length > 0,
      run: turnTo(at < 0 ? places[0]?.id : around(1)),
    },
    {
      id: "up",
      label: t("Previous session"),
      group,
      icon: "next",
      keys: ["Alt+ArrowUp", "k"],
      isPossible: places.length > 0,
      run: turnTo(at < 0 ? places.at(-1)?.id : around(-1)),
    },
    {
      id: "next",
      label: t("Take the next from the queue"),
      group: t("Queue"),
      icon: "check",
      keys: ["Alt+A", "a"],
      isPossible: waiting.length > 0,
      run: () => void workplace.acceptNext(),
    },
    {
      id: "find",
      label: t("Find somebody in the queue"),
      group: t("Queue"),
      icon: "search",
      keys: ["q"],
      isPossible: waiting.length > 0,
      run: () => {
        go("sessions");
        workplace.asking.set("find");
      },
    },
  ];
  return [...all, ...switches];
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
      keys: [`g ${view.letter}`, `Alt+J ${view.letter}`],
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
            keys: ["Alt+R"],
            run: () => workplace.setAvailable(!available),
          } as const,
        ]),
    {
      id: "search",
      label: t("Search in this view"),
      icon: "search",
      group: general,
      keys: ["/"],
      isPossible: searchBox() !== undefined,
      run: () => searchBox()?.focus(),
    },
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

/** Where the view that is shown is searched, if it can be. */
function searchBox(): HTMLInputElement | undefined {
  const boxes = document.querySelectorAll<HTMLInputElement>(".view input");
  return [...boxes].find((box) => box.getAttribute("aria-label") === t("Search"));
}
