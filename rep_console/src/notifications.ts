/** Desktop notifications, by a service worker so that they also come while the tab is hidden. */
import { Store } from "@deskside/browser/store";
import workerUrl from "./alert_worker.ts?worker&url";
import type { Cause } from "./alert_causes.ts";
import { trustedWorker } from "./trusted_worker.ts";

export type Leave = NotificationPermission | "impossible";

export class Notifications {
  readonly leave = new Store<Leave>(
    "Notification" in globalThis ? Notification.permission : "impossible",
  );
  #worker: Promise<ServiceWorkerRegistration | null> | null = null;
  /** What was asked for last; the next waits for it, so that nothing new is taken away as old. */
  #last: Promise<unknown> = Promise.resolve();

  /** Ask the rep for leave; browsers want that to follow a click. */
  async ask(): Promise<void> {
    if (!("Notification" in globalThis)) return;
    this.leave.set(await Notification.requestPermission());
  }

  async show({ key, kind, session, title, text }: Cause): Promise<void> {
    if (this.leave.get() !== "granted") return;
    const options = {
      body: text,
      tag: key,
      // Rings again although it replaces itself.
      renotify: true,
      requireInteraction: kind !== "line",
      // The console has sounds of its own.
      silent: true,
      data: { session },
    };
    await this.#inTurn((worker) => worker.showNotification(title, options));
  }

  /** Take away what has been dealt with: everything whose key is not among `keys`. */
  async keep(keys: ReadonlySet<string>): Promise<void> {
    if (this.leave.get() !== "granted") return;
    await this.#inTurn(async (worker) => {
      for (const each of await worker.getNotifications()) if (!keys.has(each.tag)) each.close();
    });
  }

  /** Hear which session a clicked notification is about. */
  onChosen(listener: (session: string) => void): () => void {
    if (!("serviceWorker" in navigator)) return () => undefined;
    const hear = ({ data }: MessageEvent<{ type?: string; session?: string }>) => {
      if (data.type === "turn_to") listener(data.session ?? "");
    };
    navigator.serviceWorker.addEventListener("message", hear);
    navigator.serviceWorker.startMessages();
    return () => navigator.serviceWorker.removeEventListener("message", hear);
  }

  #inTurn(act: (worker: ServiceWorkerRegistration) => Promise<void>): Promise<unknown> {
    this.#last = this.#last
      .then(() => this.#ready())
      .then((worker) => worker && act(worker))
      .catch(() => undefined);
    return this.#last;
  }

  #ready(): Promise<ServiceWorkerRegistration | null> {
    this.#worker ??= register().catch(() => {
      // Once is not for the day: the next alert tries again.
      this.#worker = null;
      return null;
    });
    return this.#worker;
  }
}

async function register(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator)) return null;
  const registration = await navigator.serviceWorker.register(
    trustedWorker("deskside-worker", workerUrl),
  );
  if (registration.active) return registration;
  const worker = registration.installing ?? registration.waiting;
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      // It may be there before anybody listens.
      if (!worker || worker.state === "activated") resolve();
      else if (worker.state === "redundant") reject(new Error("the worker was not installed"));
    };
    worker?.addEventListener("statechange", look);
    look();
  });
  return registration;
}
