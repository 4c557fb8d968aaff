import { defineConfig } from "vitest/config";

const inBrowser = (name: string) => ({
  test: {
    name,
    root: `./${name}`,
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});

export default defineConfig({
  test: {
    sequence: { shuffle: true },
    projects: [
      { test: { name: "repository", environment: "node", include: ["*.test.ts"] } },
      inBrowser("browser"),
      { ...inBrowser("html5_client"), extends: "./html5_client/vite.config.ts" },
      { ...inBrowser("rep_console"), extends: "./rep_console/vite.config.ts" },
      { ...inBrowser("widget"), extends: "./widget/vite.config.ts" },
    ],
  },
});
