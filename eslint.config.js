import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const frameworks = [
  "preact",
  "preact/*",
  "@preact/*",
  "react",
  "react/*",
  "react-dom",
  "react-dom/*",
];

/** Imports a folder must do without: package patterns, and a pattern of relative paths. */
function without(group, message, outside) {
  return [
    "error",
    {
      patterns: [
        { group, message },
        { regex: outside, message: "Import what is shared as `@deskside/browser/…`." },
      ],
    },
  ];
}

const anotherFolder = String.raw`(^|/)\.\./(.*/)?(browser|html5_client|rep_console|widget)/`;

export default defineConfig(
  globalIgnores(["**/dist/", "**/generated/", ".venv/", ".tools/", "data/"]),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      // A number in a sentence is what a template is for.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `() => void doIt()` says on purpose that nobody waits.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  { files: ["*.js"], extends: [tseslint.configs.disableTypeChecked] },
  {
    // Put into pages by the benchmarks, as it is.
    files: ["bench/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "CanvasRenderingContext2D",
          "OffscreenCanvas",
          "OffscreenCanvasRenderingContext2D",
          "performance",
          "queueMicrotask",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    files: ["browser/**"],
    rules: {
      "no-restricted-imports": without(
        [...frameworks, "@mantine/*", "@deskside/*"],
        "browser/ is shared by both pages: no framework, and nothing of theirs.",
        anotherFolder,
      ),
    },
  },
  {
    files: ["html5_client/src/**"],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      "no-restricted-imports": without(
        [
          "react",
          "react/*",
          "react-dom",
          "react-dom/*",
          "@mantine/*",
          "@deskside/rep-console",
          "@deskside/rep-console/*",
        ],
        "The customer's page is Preact and imports only @deskside/browser.",
        anotherFolder,
      ),
    },
  },
  {
    files: ["widget/src/**"],
    rules: {
      "no-restricted-imports": without(
        [...frameworks, "@mantine/*", "@deskside/html5-client", "@deskside/rep-console"],
        "The button carries no framework: it runs on other people's pages.",
        anotherFolder,
      ),
    },
  },
  {
    files: ["rep_console/src/**"],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      "no-restricted-imports": without(
        ["preact", "preact/*", "@preact/*", "@deskside/html5-client", "@deskside/html5-client/*"],
        "The console is React and imports only @deskside/browser.",
        anotherFolder,
      ),
    },
  },
);
