import { Store } from "@deskside/browser/store";
import { expect, test } from "vitest";
import { hasApp } from "./app_way.tsx";
import type { Visit } from "./visit.ts";

const AGENTS = {
  linux: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  phone: "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0 Mobile",
  windows: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0",
  mac: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1",
};

test.each([
  ["Linux", ["linux"]],
  ["Windows", ["windows"]],
  ["Darwin", ["mac"]],
  ["", []],
])("an app for %s is offered to %j", (app, offered) => {
  const visit = { state: new Store({ site: { app } }) } as unknown as Visit;
  const having = Object.entries(AGENTS).filter(([, agent]) => hasApp(visit, agent));
  expect(having.map(([name]) => name)).toEqual(offered);
});
