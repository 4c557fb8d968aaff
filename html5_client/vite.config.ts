import { defineConfig } from "vite";
import { catalogues } from "../vite.catalogue.ts";
import { compressed } from "../vite.compressed.ts";
import { page } from "../vite.pages.ts";
import { sizeLimit } from "./size_limit.ts";

export default defineConfig({
  ...page("customer"),
  plugins: [catalogues("browser", "html5_client"), sizeLimit(60), compressed()],
});
