/**
 * Shows notifications also while the console is hidden, and brings it to the front when one is
 * clicked. It controls no page and fetches nothing.
 */
interface Window {
  readonly url: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}

interface WorkerScope {
  readonly clients: {
    matchAll(options: object): Promise<readonly Window[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: NotificationClick) => void): void;
}

interface NotificationClick {
  readonly notification: Notification;
  waitUntil(promise: Promise<unknown>): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));

scope.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { session = "" } = (event.notification.data ?? {}) as { session?: string };
  event.waitUntil(open(session));
});

/** Say so of a console, not of a picture's own window, which shows no conversation. */
function isConsole({ pathname, hash }: URL): boolean {
  return pathname === "/console" && !hash.startsWith("#/screen/");
}

async function open(session: string): Promise<void> {
  const windows = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const console = windows.find(({ url }) => isConsole(new URL(url)));
  if (!console) {
    await scope.clients.openWindow(session ? `/console#/sessions/${session}` : "/console");
    return;
  }
  console.postMessage({ type: "turn_to", session });
  await console.focus();
}
