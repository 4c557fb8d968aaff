/**
 * Puts the chat button on the page that has this script's tag.
 *
 * The page it runs on belongs to somebody else: one global name, no styles of theirs changed, nothing
 * of ours within their reach but the button.
 */
import { speak } from "@deskside/browser/catalogue";
import { Button } from "./button.ts";
import { settingsOf } from "./settings.ts";
import { watch } from "./status.ts";

declare global {
  var Deskside: { readonly open: () => void; readonly minimise: () => void } | undefined;
}

// Read before anything is awaited: afterwards no script is the current one.
const settings = settingsOf(document.currentScript);

async function begin(): Promise<void> {
  if (!settings || globalThis.Deskside) return;
  let button: Button | null = null;
  globalThis.Deskside = Object.freeze({
    open: () => button?.show(),
    minimise: () => button?.hide(),
  });
  await speak(settings.language);
  button = new Button(settings);
  await watch(settings.desk, (status) => button.stand(status));
}

void begin();
