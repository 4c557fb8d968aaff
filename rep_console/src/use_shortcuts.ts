import { useEffect } from "react";
import type { Command } from "./commands.ts";
import { KeyPresses } from "./key_presses.ts";
import { isSingle, isText } from "./keys.ts";
import { LostWords } from "./lost_words.ts";
import type { Preferences } from "./preferences.ts";
import type { Workplace } from "./workplace.ts";

/** Run the command whose keys are pressed; nothing while a dialog is open. */
export function useShortcuts(
  commands: () => readonly Command[],
  { workplace, preferences }: { workplace: Workplace; preferences: Preferences },
): void {
  useEffect(() => {
    const presses = new KeyPresses();
    const words = new LostWords();
    // The numbers mean what they say for as long as they are read.
    const hold = (isHeld: boolean) => workplace.list.hold("keys", isHeld);
    const onKeyDown = (event: KeyboardEvent) => {
      showAlt(event.key === "Alt");
      hold(event.altKey || event.key === "Alt");
      const goesOn = words.goOn(event.target, event.timeStamp);
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      if (document.querySelector("[aria-modal=true]")) return;
      const { singleKeys } = preferences.habits.get();
      const takesSingle = singleKeys && !goesOn && !isText(event.target);
      const usable = (keys: string) => takesSingle || !isSingle(keys);
      const meant = presses.meant(commands(), usable, event, event.timeStamp);
      if (!meant) return;
      event.preventDefault();
      if (meant !== "begun") meant.run();
    };
    const onKeyUp = ({ key, altKey }: KeyboardEvent) => {
      showAlt(false);
      hold(altKey && key !== "Alt");
    };
    const onBlur = () => {
      showAlt(false);
      hold(false);
    };
    addEventListener("keydown", onKeyDown);
    addEventListener("keyup", onKeyUp);
    addEventListener("blur", onBlur);
    return () => {
      removeEventListener("keydown", onKeyDown);
      removeEventListener("keyup", onKeyUp);
      removeEventListener("blur", onBlur);
      hold(false);
    };
  }, [commands, workplace, preferences]);
}

/** While Alt is held, the list shows the number of each session. */
function showAlt(shown: boolean): void {
  const { dataset } = document.documentElement;
  if (shown) dataset.alt = "";
  else delete dataset.alt;
}
