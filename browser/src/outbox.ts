/**
 * Requests on their way: kept before they are sent, sent again until they are answered.
 *
 * They leave in the order of asking, after a reconnect again from the first unanswered one; the
 * broker carries out those of a link one after the other. So what was typed first is also said
 * first, whatever the line loses in between.
 */
import type { Answered, Frame, Note, RefusedRequest, Request, Say } from "./contract.ts";
import type { KeptRequests } from "./kept_requests.ts";
import type { Link } from "./link.ts";
import { Store } from "./store.ts";
import { sendableAll } from "./texts.ts";
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

/** Words that were turned down are kept for their author, but not for ever. */
const REFUSED_KEPT_MS = 24 * 3_600_000;

export type Words = Say | Note;

/** Words that were turned down, and why. */
export interface RefusedWords {
  readonly request: Words;
  readonly refusal: RefusedRequest;
}

export class Outbox {
  readonly party: string;
  /** What is not answered yet, in the order of asking. */
  readonly waiting = new Store<readonly Request[]>([]);
  /** Words that are not on their way any more, until their author has dealt with them. */
  readonly refused = new Store<readonly RefusedWords[]>([]);
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
    // What the broker cannot decode it can never answer, and it would be repeated for ever.
    const request = { ...sendableAll(asked), id: uuid7() } as Request;
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

  /** Forget words that were refused. */
  dismiss(id: string): void {
    this.refused.set(this.refused.get().filter(({ request }) => request.id !== id));
    void this.#kept.remove(id).catch(() => undefined);
  }

  async #load(): Promise<void> {
    const kept = await this.#kept.of(this.party).catch(() => []);
    const [meant, stale] = [[] as Request[], [] as string[]];
    const refused: RefusedWords[] = [];
    for (const { id, request, refusal } of kept) {
      if (isStale(id, request, refusal)) stale.push(id);
      else if (refusal && isWords(request)) refused.push({ request, refusal });
      else if (!this.#askers.has(id)) meant.push(sendableAll(request));
    }
    await Promise.allSettled(stale.map((id) => this.#kept.remove(id)));
    this.#loaded = true;
    this.refused.set([...refused, ...this.refused.get()]);
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
    if (answer.type === "refused" && isWords(request)) this.#keepRefused(request, answer);
    else void this.#kept.remove(request.id).catch(() => undefined);
    // Told before it leaves the list, so that a line on the screen changes but never blinks.
    for (const listener of [...this.#listeners]) listener(request, answer);
    this.#askers.get(request.id)?.(answer);
    this.#askers.delete(request.id);
    this.waiting.set(this.waiting.get().filter((each) => each !== request));
  }

  #keepRefused(request: Words, refusal: RefusedRequest): void {
    this.refused.set([...this.refused.get(), { request, refusal }]);
    const { id } = request;
    void this.#kept.put({ id, party: this.party, request, refusal }).catch(() => undefined);
  }
}

export function isWords(request: Request): request is Words {
  return request.type === "say" || request.type === "note";
}

function isStale(id: string, { type }: Request, refusal?: RefusedRequest): boolean {
  const age = Date.now() - madeAt(id);
  if (refusal) return age > REFUSED_KEPT_MS;
  return age > MEANT_FOR_MS && !MEANT_LATER.includes(type);
}
