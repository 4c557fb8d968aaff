import { Loader, Modal, createTheme } from "@mantine/core";
import type { MantineColorSchemeManager } from "@mantine/core";
import type { KeptStore } from "./kept_store.ts";
import type { Look } from "./preferences.ts";

/**
 * How Mantine's parts behave here. Colours are in `css/tokens.css`, not here: given here, Mantine would
 * write them into a style element.
 */
export const theme = createTheme({
  primaryColor: "teal",
  defaultRadius: "md",
  cursorType: "pointer",
  components: {
    // Its name is read out only of what has a role.
    Loader: Loader.extend({ defaultProps: { role: "img" } }),
    Modal: Modal.extend({
      // Locking the scroll adds a style element; the page itself never scrolls anyway.
      defaultProps: {
        lockScroll: false,
        centered: true,
        radius: "lg",
        overlayProps: { backgroundOpacity: 0.35 },
      },
    }),
  },
});

/** Let Mantine take light or dark from `look`, where the rep's choice is kept. */
export function schemes(look: KeptStore<Look>): MantineColorSchemeManager {
  let stop: () => void = () => undefined;
  return {
    get: () => look.get().scheme,
    // Mantine says back what it is told, which would go round for ever.
    set: (scheme) => {
      if (look.get().scheme !== scheme) look.patch({ scheme });
    },
    subscribe: (update) => {
      stop = look.subscribe(() => update(look.get().scheme));
    },
    unsubscribe: () => stop(),
    clear: () => look.patch({ scheme: "auto" }),
  };
}
