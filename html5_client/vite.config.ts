import { defineConfig } from "vite";
import { page } from "../vite.pages.ts";

export default defineConfig(page("customer"));
