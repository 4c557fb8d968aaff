import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { page } from "../vite.pages.ts";

export default defineConfig({ ...page("console"), plugins: [react()] });
