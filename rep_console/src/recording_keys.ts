/** The player's keys: those of every film player, so that nobody has to learn them. */
import { t } from "@deskside/browser/catalogue";
import type { RecordingPlayer } from "@deskside/browser/recording_player";
import { useEffect } from "react";
import type { Command } from "./commands.ts";
import { isText } from "./keys.ts";

/** What keys work on. */
export interface Played {
  readonly player: RecordingPlayer;
  readonly fullScreen: () => void;
}

interface PlayerKey {
  /** As key caps say it; the first does it, and so does the space bar and an arrow. */
  readonly keys: readonly string[];
  readonly label: () => string;
  readonly run: (played: Played) => void;
}

const by =
  (ms: number) =>
  ({ player }: Played) =>
    void player.seek(player.state.get().at + ms);

const PLAYER_KEYS: readonly PlayerKey[] = [
  {
    keys: ["k", "Space"],
    label: () => t("Play or pause"),
    run: ({ player }) => player.toggle(),
  },
  { keys: ["j"], label: () => t("Back 10 seconds"), run: by(-10_000) },
  { keys: ["l"], label: () => t("On 10 seconds"), run: by(10_000) },
  { keys: ["ArrowLeft"], label: () => t("Back 5 seconds"), run: by(-5_000) },
  { keys: ["ArrowRight"], label: () => t("On 5 seconds"), run: by(5_000) },
  {
    keys: [","],
    label: () => t("One change back"),
    run: ({ player }) => void player.step(-1),
  },
  { keys: ["."], label: () => t("One change on"), run: ({ player }) => void player.step(1) },
  { keys: ["-"], label: () => t("Slower"), run: ({ player }) => player.faster(-1) },
  { keys: ["+"], label: () => t("Faster"), run: ({ player }) => player.faster(1) },
  {
    keys: ["i"],
    label: () => t("Skip rests, or not"),
    run: ({ player }) => player.skipIdle(!player.state.get().skipsIdle),
  },
  { keys: ["f"], label: () => t("Full screen"), run: ({ fullScreen }) => fullScreen() },
];

/** The keys as the sheet of all keys shows them; what they do is done by the recording that is open. */
export function playerCommands(): readonly Command[] {
  return PLAYER_KEYS.map(({ keys, label }) => ({
    id: `player ${keys[0]}`,
    label: label(),
    group: t("Player"),
    icon: "play",
    keys,
    isPossible: false,
    run: () => undefined,
  }));
}

/**
 * Let keys do what they say, outside of text and dialogs; with `singles` off, those that are
 * characters do nothing, as it is set for all of the console.
 */
export function usePlayerKeys(played: Played, singles: boolean): void {
  const { player, fullScreen } = played;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
      if (isText(event.target) || document.querySelector("[aria-modal=true], [role=menu]")) return;
      const pressed = event.key === " " ? "Space" : event.key;
      if (isTakenBy(event.target, pressed) || (pressed.length === 1 && !singles)) return;
      const meant = PLAYER_KEYS.find(({ keys }) =>
        keys.some((key) => key.toLowerCase() === pressed.toLowerCase()),
      );
      if (!meant) return;
      event.preventDefault();
      meant.run({ player, fullScreen });
    };
    // Before the console's own single keys, some of which are letters too.
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => removeEventListener("keydown", onKeyDown, { capture: true });
  }, [player, fullScreen, singles]);
}

/** What has the focus is pressed with the space bar, and moved with arrows; the player only elsewhere. */
function isTakenBy(target: EventTarget | null, pressed: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (pressed === "Space") return target.closest("button, a, [role=tab]") !== null;
  return pressed.startsWith("Arrow") && target.closest("[role=tablist], [role=slider]") !== null;
}
