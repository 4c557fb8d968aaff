/**
 * Requests on their way: kept before they are sent, sent again until they are answered.
 *
 * In one session the next request leaves when the one before is answered, so what was typed first
 * is also said first, whatever the line loses in between.
 */
import type { Answered, Frame, RefusalCode, RefusedRequest, Request } from "./contract.ts";
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

/** Refusals of the moment: the same request is repeated a few times, ever more slowly. */
const PASSING: readonly RefusalCode[] = ["try_again", "rate_limited"];
const TRIES = 6;
const FIRST_TRY_MS = 500;

export class Outbox {
  readonly party: string;
  /** What is not answered yet, in the order of asking. */
  readonly waiting = new Store<readonly Request[]>([]);
  readonly #link: Link;
  readonly #kept: KeptRequests;
  readonly #askers = new Map<string, (answer: Answer) => void>();
  /** The request that is on the line, by session. */
  readonly #sent = new Map<string, string>();
  readonly #tries = new Map<string, number>();
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
    this.#send(request.session ?? "");
    return answer;
  }

  /** Call `listener` with each request that is answered, also one from before a reload. */
  onSettled(listener: (request: Request, answer: Answer) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Say whether `request` has left and may have been carried out already. */
  isSent(request: Request): boolean {
    return this.#sent.get(request.session ?? "") === request.id;
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
    this.#sendAll();
  }

  #sendAll(): void {
    for (const session of new Set(this.waiting.get().map(({ session }) => session ?? ""))) {
      this.#send(session);
    }
  }

  #send(session: string): void {
    if (!this.#loaded || this.#sent.has(session)) return;
    const next = this.waiting.get().find((request) => (request.session ?? "") === session);
    if (!next || this.#unsafe.has(next.id)) return;
    if (this.#link.send(next)) this.#sent.set(session, next.id);
  }

  #hear(frame: Frame): void {
    if (frame.type === "welcome") {
      this.#sent.clear();
      this.#sendAll();
    } else if (frame.type === "answered") {
      this.#settle(frame);
    } else if (frame.type === "refused") {
      if (!this.#tryAgain(frame)) this.#settle(frame);
    }
  }

  #tryAgain({ id, code }: RefusedRequest): boolean {
    const tries = (this.#tries.get(id) ?? 0) + 1;
    const request = this.waiting.get().find((each) => each.id === id);
    if (!request || !PASSING.includes(code) || tries === TRIES) return false;
    this.#tries.set(id, tries);
    const session = request.session ?? "";
    setTimeout(
      () => {
        if (this.#sent.get(session) === id) this.#sent.delete(session);
        this.#send(session);
      },
      FIRST_TRY_MS * 2 ** (tries - 1),
    );
    return true;
  }

  #settle(answer: Answer): void {
    const request = this.waiting.get().find((each) => each.id === answer.id);
    if (!request) return;
    const session = request.session ?? "";
    if (this.#sent.get(session) === request.id) this.#sent.delete(session);
    this.#tries.delete(request.id);
    // Told before it leaves the list, so that a line on the screen changes but never blinks.
    for (const listener of [...this.#listeners]) listener(request, answer);
    this.#askers.get(request.id)?.(answer);
    this.#askers.delete(request.id);
    this.waiting.set(this.waiting.get().filter((each) => each !== request));
    void this.#kept.remove(request.id).catch(() => undefined);
    this.#send(session);
  }
}
