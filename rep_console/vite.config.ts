import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { catalogues } from "../vite.catalogue.ts";
import { compressed } from "../vite.compressed.ts";
import { page } from "../vite.pages.ts";

export default defineConfig({
  ...page("console"),
  plugins: [react(), catalogues("browser", "rep_console"), compressed()],
});
