/**
 * A session as one reader follows it: its facts, what they amount to, and one's own lines that
 * are still on their way.
 *
 * Places as this reader counts them have no gap, so what was heard before is dropped and what is
 * missing is asked for again.
 */
import { AUDIENCE, PERSONAL, emptySession } from "./contract.ts";
import type { Fact, Facts, Frame, RefusedRequest, Request, Session } from "./contract.ts";
import type { Link } from "./link.ts";
import { isWords } from "./outbox.ts";
import type { Answer, Outbox } from "./outbox.ts";
import { evolve } from "./session.ts";
import { Store } from "./store.ts";
import { Writers, WritingSignal } from "./writing.ts";

const SEEN_DELAY_MS = 200;

/** How far one's own clock and the broker's may differ after the link has compared them. */
const CLOCK_DOUBT_MS = 5_000;

export interface Entry {
  readonly fact: Fact;
  /** How many facts everybody may see there were with this one: what receipts count. */
  readonly shown: number;
}

/** Something one wrote that is not yet among the facts. */
export interface OwnLine {
  readonly id: string;
  readonly text: string;
  readonly note: boolean;
  readonly state: "sending" | "sent" | "refused";
  readonly refusal?: RefusedRequest;
}

export interface Marks {
  readonly delivered: number;
  readonly read: number;
}

export interface View {
  readonly session: Session;
  readonly entries: readonly Entry[];
  readonly own: readonly OwnLine[];
  readonly marks: Readonly<Record<string, Marks>>;
  readonly writing: readonly string[];
  /** How many facts had come when the conversation was last looked at. */
  readonly read: number;
}

export interface TranscriptParts {
  readonly session: string;
  readonly link: Link;
  readonly outbox: Outbox;
}

export class Transcript {
  readonly id: string;
  readonly me: string;
  readonly view: Store<View>;
  readonly #link: Link;
  readonly #outbox: Outbox;
  readonly #writers = new Writers();
  readonly #writing: WritingSignal;
  readonly #stops: (() => void)[];
  /** Answered, but the fact itself has not come yet; by request. */
  readonly #answered = new Map<Request, number>();
  /** Requests whose fact came before their answer. */
  readonly #arrived = new Set<string>();
  #looking = false;
  #covered = false;
  #told = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ session, link, outbox }: TranscriptParts) {
    this.id = session;
    this.me = outbox.party;
    this.#link = link;
    this.#outbox = outbox;
    this.#writing = new WritingSignal(() => link.send({ type: "writing", session }));
    this.view = new Store<View>({
      session: emptySession(session),
      entries: [],
      own: [],
      marks: {},
      writing: [],
      read: 0,
    });
    this.#stops = [
      link.on((frame) => this.#hear(frame)),
      outbox.onSettled((request, answer) => this.#settled(request, answer)),
      outbox.waiting.subscribe(() => this.#showOwn()),
      outbox.refused.subscribe(() => this.#showOwn()),
      this.#writers.names.subscribe(() => {
        this.view.patch({ writing: this.#writers.names.get() });
      }),
      link.follow(session, () => this.view.get().session.place),
    ];
    this.#showOwn();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#writers.clear();
    for (const stop of this.#stops) stop();
  }

  /** Tell the others that one is typing; may be called at every keystroke. */
  typed(): void {
    this.#writing.typed();
  }

  /** Say that the conversation is before somebody's eyes, or no more. */
  look(looking: boolean): void {
    this.#looking = looking;
    this.#see();
  }

  /** Say that the whole page is out of sight although its tab is not, or no more. */
  cover(covered: boolean): void {
    this.#covered = covered;
    this.#see();
  }

  /** Forget a line that was refused. */
  dismiss(id: string): void {
    this.#outbox.dismiss(id);
  }

  #hear(frame: Frame): void {
    if (frame.type === "welcome") {
      this.#told = "";
      this.#see();
    } else if (!("session" in frame) || frame.session !== this.id) {
      return;
    } else if (frame.type === "facts") {
      this.#fold(frame);
    } else if (frame.type === "marks") {
      const { party } = frame;
      const { marks } = this.view.get();
      this.view.patch({ marks: { ...marks, [party]: furthest(marks[party], frame) } });
      if (party === this.me) this.#see();
    } else if (frame.type === "is_writing" && frame.party !== this.me) {
      this.#writers.add(frame.party);
    }
  }

  #fold({ after, facts }: Facts): void {
    let { session } = this.view.get();
    if (after > session.place) {
      this.#link.resume(this.id);
      return;
    }
    const fresh: Entry[] = [];
    for (const fact of facts) {
      if (fact.place !== session.place + 1) continue;
      session = evolve(session, fact);
      fresh.push({ fact, shown: session.shown });
      this.#arrive(fact);
    }
    if (!fresh.length) return;
    for (const [request, place] of this.#answered) {
      if (place <= session.place) this.#answered.delete(request);
    }
    const all = withoutTakenBack([...this.view.get().entries, ...fresh], fresh);
    const entries = withoutErased(all, session.customer);
    this.view.patch({ session, entries, own: this.#ownLines() });
    this.#see();
  }

  #arrive(fact: Fact): void {
    if (isLine(fact)) this.#writers.delete(fact.by);
    if (!isLine(fact) || fact.by !== this.me) return;
    const kind = fact.type === "said" ? "say" : "note";
    const match = this.#outbox.waiting
      .get()
      .find(
        (each) => each.session === this.id && each.type === kind && !this.#arrived.has(each.id),
      );
    if (!match || !isWords(match) || match.text !== fact.text) return;
    // Cosmetic: a fact that overtakes its answer should not stand there twice for a moment.
    const sameMoment = fact.at >= this.#link.atBroker(match.id) - CLOCK_DOUBT_MS;
    if (sameMoment) this.#arrived.add(match.id);
  }

  #settled(request: Request, answer: Answer): void {
    if (!isWords(request) || request.session !== this.id) return;
    this.#writing.sent();
    if (answer.type === "answered" && answer.place > this.view.get().session.place) {
      this.#answered.set(request, answer.place);
    }
  }

  #showOwn(): void {
    this.view.patch({ own: this.#ownLines() });
  }

  #ownLines(): OwnLine[] {
    const refused = this.#outbox.refused.get().filter(({ request }) => request.session === this.id);
    const isRefused = (id: string) => refused.some(({ request }) => request.id === id);
    const waiting = this.#outbox.waiting
      .get()
      .filter((request) => isWords(request))
      .filter(({ id, session }) => session === this.id && !this.#arrived.has(id) && !isRefused(id));
    const line = (request: Request, state: OwnLine["state"], refusal?: RefusedRequest) => ({
      id: request.id,
      text: isWords(request) ? request.text : "",
      note: request.type === "note",
      state,
      ...(refusal && { refusal }),
    });
    return [
      ...refused.map(({ request, refusal }) => line(request, "refused", refusal)),
      ...[...this.#answered.keys()].map((request) => line(request, "sent")),
      ...waiting.map((request) => line(request, "sending")),
    ];
  }

  /** Report what has reached the screen and the eyes, a moment later and only what is new. */
  #see(): void {
    const { session, marks, read: before } = this.view.get();
    const looked = this.#looking && !this.#covered ? session.shown : 0;
    const read = Math.max(before, marks[this.me]?.read ?? 0, looked);
    if (read > before) this.view.patch({ read });
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, SEEN_DELAY_MS);
  }

  #tell(): void {
    const { session, read } = this.view.get();
    const told = `${session.shown} ${read}`;
    if (!session.shown || told === this.#told) return;
    const seen = { type: "seen", session: this.id, delivered: session.shown, read } as const;
    if (this.#link.send(seen)) this.#told = told;
  }
}

/** Return how many lines of others came after the last look. */
export function unread({ entries, read }: View, me: string): number {
  const isNew = ({ fact, shown }: Entry) => isLine(fact) && fact.by !== me && shown > read;
  return entries.filter(isNew).length;
}

/** Say how far a line of one's own got: the best among the others. */
export function receipt(view: View, entry: Entry, me: string): "sent" | "delivered" | "read" {
  const others = Object.entries(view.marks).filter(([party]) => party !== me);
  if (AUDIENCE[entry.fact.type] !== "all") return "sent";
  if (others.some(([, { read }]) => read >= entry.shown)) return "read";
  return others.some(([, { delivered }]) => delivered >= entry.shown) ? "delivered" : "sent";
}

/** What is read stays read: rings of several brokers and tabs may come in any order. */
function furthest(known: Marks | undefined, { delivered, read }: Marks): Marks {
  return {
    delivered: Math.max(known?.delivered ?? 0, delivered),
    read: Math.max(known?.read ?? 0, read),
  };
}

/** Blank the lines that reps have taken back, among the `fresh` facts, as later readers get them. */
function withoutTakenBack(entries: readonly Entry[], fresh: readonly Entry[]): readonly Entry[] {
  const lines = fresh.flatMap(({ fact }) => (fact.type === "taken_back" ? [fact.line] : []));
  if (!lines.length) return entries;
  return entries.map((entry) => {
    const { fact, shown } = entry;
    if (fact.type !== "said" || !lines.includes(shown)) return entry;
    return { ...entry, fact: { ...fact, text: "", erased: true } };
  });
}

/** Blank what the customer has erased, as the broker tells it to whoever comes later. */
function withoutErased(entries: readonly Entry[], customer: string): readonly Entry[] {
  const last = entries.findLastIndex(({ fact }) => fact.type === "texts_erased");
  return entries.map((entry, index) => {
    const { fact } = entry;
    const fields = PERSONAL[fact.type];
    // Who was called by name did not write it, and yet it is about them.
    const isTheirs = fact.by === customer || fact.type === "called";
    if (index >= last || !fields || !isTheirs || !("erased" in fact)) return entry;
    if (fact.erased) return entry;
    const blank = Object.fromEntries(fields.map((field) => [field, ""]));
    return { ...entry, fact: { ...fact, ...blank, erased: true } };
  });
}

function isLine(fact: Fact): fact is Extract<Fact, { type: "said" | "noted" }> {
  return fact.type === "said" || fact.type === "noted";
}
