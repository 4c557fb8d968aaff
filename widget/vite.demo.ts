/** The shop of the demo, which carries the button as any other site would. */
import { defineConfig } from "vite";
import { compressed } from "../vite.compressed.ts";
import { page } from "../vite.pages.ts";

const usual = page("demo");

export default defineConfig({
  ...usual,
  root: "demo",
  plugins: [compressed()],
  build: { ...usual.build, outDir: "../dist/demo", emptyOutDir: true },
});
