/** The button for other sites: one file under a name that never changes. */
import { defineConfig } from "vite";
import { sizeLimit } from "../html5_client/size_limit.ts";
import { catalogues } from "../vite.catalogue.ts";
import { compressed } from "../vite.compressed.ts";

export default defineConfig({
  build: {
    // Older than our page: a host site's visitors must at least get past the script.
    target: "es2020",
    reportCompressedSize: false,
    lib: { entry: "src/main.ts", formats: ["iife"], name: "deskside", fileName: () => "widget.js" },
  },
  plugins: [catalogues("widget"), sizeLimit(10), compressed()],
});
