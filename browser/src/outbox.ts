/**
 * Requests on their way: kept before they are sent, sent again until they are answered.
 *
 * They leave in the order of asking, after a reconnect again from the first unanswered one; the
 * broker carries out those of a link one after the other. So what was typed first is also said
 * first, whatever the line loses in between.
 */
import type { Answered, Frame, RefusedRequest, Request } from "./contract.ts";
import type { KeptRequests } from "./kept_requests.ts";
import type { Link } from "./link.ts";
import { Store } from "./store.ts";
import { madeAt, uuid7 } from "./uuid7.ts";

type WithoutId<Each> = Each extends unknown ? Omit<Each, "id"> : never;

/** A request that has no id yet. */
export type Asked = WithoutId<Request>;
export type Answer = Answered | RefusedRequest;

/** What is still meant when the page comes back after a while; a click on Accept is not. */
const MEANT_LATER: readonly Request["type"][] = [
  "say",
  "note",
  "wrap_up",
  "end",
  "submit_survey",
  "skip_survey",
  "withdraw_recording",
  "stop_sharing",
  "revoke",
  "erase_my_texts",
];
const MEANT_FOR_MS = 60_000;

export class Outbox {
  readonly party: string;
  /** What is not answered yet, in the order of asking. */
  readonly waiting = new Store<readonly Request[]>([]);
  readonly #link: Link;
  readonly #kept: KeptRequests;
  readonly #askers = new Map<string, (answer: Answer) => void>();
  /** On the line since it was last opened. */
  readonly #sent = new Set<string>();
  /** Not yet safe from the page being killed. */
  readonly #unsafe = new Set<string>();
  readonly #listeners = new Set<(request: Request, answer: Answer) => void>();
  readonly #stop: () => void;
  #loaded = false;

  constructor(party: string, link: Link, kept: KeptRequests) {
    this.party = party;
    this.#link = link;
    this.#kept = kept;
    this.#stop = link.on((frame) => this.#hear(frame));
    void this.#load();
  }

  close(): void {
    this.#stop();
  }

  /**
   * Ask the broker for something. Resolves when it is answered, perhaps much later.
   *
   * `onKept` is called once the request survives a reload.
   */
  async ask(asked: Asked, onKept?: () => void): Promise<Answer> {
    const request = { ...asked, id: uuid7() } as Request;
    const answer = new Promise<Answer>((resolve) => this.#askers.set(request.id, resolve));
    this.#unsafe.add(request.id);
    this.waiting.set([...this.waiting.get(), request]);
    // A store that fails now must not keep the request from being sent.
    await this.#kept.put({ id: request.id, party: this.party, request }).catch(() => undefined);
    this.#unsafe.delete(request.id);
    onKept?.();
    this.#send();
    return answer;
  }

  /** Call `listener` with each request that is answered, also one from before a reload. */
  onSettled(listener: (request: Request, answer: Answer) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #load(): Promise<void> {
    const kept = await this.#kept.of(this.party).catch(() => []);
    const [meant, stale] = [[] as Request[], [] as string[]];
    for (const { id, request } of kept) {
      const late = Date.now() - madeAt(id) > MEANT_FOR_MS;
      if (late && !MEANT_LATER.includes(request.type)) stale.push(id);
      else if (!this.#askers.has(id)) meant.push(request);
    }
    await Promise.allSettled(stale.map((id) => this.#kept.remove(id)));
    this.#loaded = true;
    this.waiting.set([...meant, ...this.waiting.get()]);
    this.#send();
  }

  #send(): void {
    if (!this.#loaded) return;
    for (const request of this.waiting.get()) {
      if (this.#unsafe.has(request.id)) return;
      if (this.#sent.has(request.id)) continue;
      if (!this.#link.send(request)) return;
      this.#sent.add(request.id);
    }
  }

  #hear(frame: Frame): void {
    if (frame.type === "welcome") {
      this.#sent.clear();
      this.#send();
    } else if (frame.type === "answered" || frame.type === "refused") {
      this.#settle(frame);
    }
  }

  #settle(answer: Answer): void {
    const request = this.waiting.get().find((each) => each.id === answer.id);
    if (!request) return;
    this.#sent.delete(request.id);
    // Told before it leaves the list, so that a line on the screen changes but never blinks.
    for (const listener of [...this.#listeners]) listener(request, answer);
    this.#askers.get(request.id)?.(answer);
    this.#askers.delete(request.id);
    this.waiting.set(this.waiting.get().filter((each) => each !== request));
    void this.#kept.remove(request.id).catch(() => undefined);
  }
}
