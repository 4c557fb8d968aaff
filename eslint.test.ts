import { ESLint } from "eslint";
import { expect, test, vi } from "vitest";

// The first file brings the whole configuration in.
vi.setConfig({ testTimeout: 60_000 });

// Only this rule, and no types: the files need not exist.
const eslint = new ESLint({
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => ruleId === "no-restricted-imports",
});

async function isRefused(file: string, imported: string): Promise<boolean> {
  const results = await eslint.lintText(`import ${JSON.stringify(imported)};\n`, {
    filePath: file,
  });
  const messages = results.flatMap((result) => result.messages);
  expect(messages.filter((message) => message.fatal)).toEqual([]);
  return messages.some((message) => message.ruleId === "no-restricted-imports");
}

const shared = "browser/src/example.ts";
const customer = "html5_client/src/example.ts";
const rep = "rep_console/src/example.ts";
const button = "widget/src/example.ts";

test.each([
  [shared, "preact"],
  [shared, "preact/hooks"],
  [shared, "react"],
  [shared, "@mantine/core"],
  [shared, "@deskside/rep-console/main"],
  [shared, "../../html5_client/src/main"],
  [customer, "react"],
  [customer, "@mantine/core"],
  [customer, "../../rep_console/src/main"],
  [customer, "../../browser/src/link"],
  [rep, "preact/hooks"],
  [rep, "@deskside/html5-client/main"],
  [rep, "../../html5_client/src/main"],
  [button, "preact"],
  [button, "@deskside/html5-client/main"],
])("%s may not import %s", async (file, imported) => {
  expect(await isRefused(file, imported)).toBe(true);
});

test.each([
  [shared, "./link"],
  [customer, "preact/hooks"],
  [customer, "@deskside/browser/link"],
  [rep, "react"],
  [rep, "@mantine/core"],
  [rep, "@deskside/browser/link"],
])("%s may import %s", async (file, imported) => {
  expect(await isRefused(file, imported)).toBe(false);
});
