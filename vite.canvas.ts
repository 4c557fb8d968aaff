/** How the page with nothing but a canvas is built, for `tests/end_to_end/test_painting.py`. */
import type { UserConfig } from "vite";

export default {
  build: {
    lib: { entry: "browser/src/testing/canvas.ts", formats: ["es"], fileName: "canvas" },
  },
} satisfies UserConfig;
