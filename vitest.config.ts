import { defineConfig } from "vitest/config";

/** The first test of a file may wait for all that it imports, and the machine may be busy. */
const patient = { testTimeout: 60_000, hookTimeout: 60_000 };

const inBrowser = (name: string) => ({
  test: {
    name,
    root: `./${name}`,
    environment: "jsdom",
    ...patient,
    include: ["src/**/*.test.{ts,tsx}"],
  },
});

export default defineConfig({
  test: {
    sequence: { shuffle: true },
    projects: [
      { test: { name: "repository", environment: "node", include: ["*.test.ts"], ...patient } },
      inBrowser("browser"),
      { ...inBrowser("html5_client"), extends: "./html5_client/vite.config.ts" },
      { ...inBrowser("rep_console"), extends: "./rep_console/vite.config.ts" },
      { ...inBrowser("widget"), extends: "./widget/vite.config.ts" },
    ],
  },
});
