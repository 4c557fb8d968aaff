/** The shop of the demo, which carries the button as any other site would. */
import { defineConfig } from "vite";
import { page } from "../vite.pages.ts";

const usual = page("demo");

export default defineConfig({
  ...usual,
  root: "demo",
  build: { ...usual.build, outDir: "../dist/demo", emptyOutDir: true },
});
