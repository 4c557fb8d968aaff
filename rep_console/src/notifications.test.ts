import { afterEach, expect, test, vi } from "vitest";
import type { Cause } from "./alert_causes.ts";
import { Notifications } from "./notifications.ts";

const cause: Cause = { kind: "line", key: "k", session: "s1", title: "Max waits", text: "" };

afterEach(() => vi.unstubAllGlobals());

/** A browser whose workers are installed as `register` says, and which makes a policy once only. */
function browser(register: () => Promise<unknown>): void {
  const made = new Set<string>();
  vi.stubGlobal("Notification", { permission: "granted" });
  vi.stubGlobal("trustedTypes", {
    createPolicy(name: string, rules: { createScriptURL(url: string): string }) {
      if (made.has(name)) throw new TypeError(`there is a policy "${name}"`);
      made.add(name);
      return rules;
    },
  });
  Object.defineProperty(navigator, "serviceWorker", {
    configurable: true,
    value: { register, addEventListener: vi.fn(), startMessages: vi.fn() },
  });
}

test("where the worker was not installed the next alert has it installed", async () => {
  const shown: string[] = [];
  let tries = 0;
  browser(() => {
    if (++tries === 1) return Promise.reject(new TypeError("the server is away"));
    const showNotification = (title: string) => Promise.resolve(void shown.push(title));
    return Promise.resolve({ active: {}, showNotification });
  });
  const notifications = new Notifications();
  await notifications.show(cause);
  expect(shown).toEqual([]);
  await notifications.show(cause);
  expect(shown).toEqual(["Max waits"]);
});

test("a worker that is still being installed is waited for", async () => {
  const shown: string[] = [];
  const worker = Object.assign(new EventTarget(), { state: "installing" });
  browser(() =>
    Promise.resolve({
      installing: worker,
      showNotification: (title: string) => Promise.resolve(void shown.push(title)),
    }),
  );
  const showing = new Notifications().show(cause);
  await Promise.resolve();
  expect(shown).toEqual([]);
  worker.state = "activated";
  worker.dispatchEvent(new Event("statechange"));
  await showing;
  expect(shown).toEqual(["Max waits"]);
});

/** A worker whose browser takes its time to say what is shown: `tell` lets it. */
function slowWorker() {
  const shown = new Set<string>();
  const asked: (() => void)[] = [];
  browser(() =>
    Promise.resolve({
      active: {},
      showNotification: (_title: string, { tag }: { tag: string }) =>
        Promise.resolve(void shown.add(tag)),
      getNotifications: () =>
        new Promise((resolve) => {
          const all = () => [...shown].map((tag) => ({ tag, close: () => shown.delete(tag) }));
          asked.push(() => resolve(all()));
        }),
    }),
  );
  return { shown, asked };
}

test("what is shown while older ones are taken away stays", async () => {
  const { shown, asked } = slowWorker();
  const notifications = new Notifications();
  await notifications.show(cause);
  const keeping = notifications.keep(new Set());
  const showing = notifications.show({ ...cause, key: "new" });
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  asked[0]?.();
  await keeping;
  await showing;
  expect([...shown]).toEqual(["new"]);
});

test("what was dealt with before it could be shown is taken away", async () => {
  const { shown, asked } = slowWorker();
  const notifications = new Notifications();
  const showing = notifications.show(cause);
  const keeping = notifications.keep(new Set());
  await showing;
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  asked[0]?.();
  await keeping;
  expect([...shown]).toEqual([]);
});
