import { useEffect } from "react";
import type { Command } from "./commands.ts";
import { isPressed, isSingle, isText } from "./keys.ts";
import type { Preferences } from "./preferences.ts";

/** Run the command whose keys are pressed; nothing while a dialog is open. */
export function useShortcuts(commands: () => readonly Command[], preferences: Preferences): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      showAlt(event.key === "Alt");
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      if (document.querySelector("[aria-modal=true]")) return;
      const takesSingle = preferences.habits.get().singleKeys && !isText(event.target);
      const usable = (keys: string) => takesSingle || !isSingle(keys);
      const meant = commands().find(({ keys = [] }) =>
        keys.some((each) => usable(each) && isPressed(each, event)),
      );
      if (!meant) return;
      event.preventDefault();
      meant.run();
    };
    const hideAlt = () => showAlt(false);
    addEventListener("keydown", onKeyDown);
    addEventListener("keyup", hideAlt);
    addEventListener("blur", hideAlt);
    return () => {
      removeEventListener("keydown", onKeyDown);
      removeEventListener("keyup", hideAlt);
      removeEventListener("blur", hideAlt);
    };
  }, [commands, preferences]);
}

/** While Alt is held, the list shows the number of each session. */
function showAlt(shown: boolean): void {
  const { dataset } = document.documentElement;
  if (shown) dataset.alt = "";
  else delete dataset.alt;
}
