import { Modal, createTheme } from "@mantine/core";

/**
 * How Mantine's parts behave here. Colours are in `style.css`, not here: given here, Mantine would
 * write them into a style element.
 */
export const theme = createTheme({
  primaryColor: "teal",
  defaultRadius: "md",
  cursorType: "pointer",
  components: {
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
