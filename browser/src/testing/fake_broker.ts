/**
 * A broker for tests: keeps facts and answers as the real one does, behind a line that fails.
 *
 * It decides nothing; every request is granted unless a test says how it is refused.
 */
import type { Fact, Frame, RefusalCode, Request, Signal, Welcome } from "../contract.ts";

export type Up = Request | Signal;

/** What the line does to a frame on its way down. */
export type Fault = "none" | "lose" | "twice" | "cut" | "late";

export class FakeSocket {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly #heard: (message: Up) => void;

  constructor(heard: (message: Up) => void) {
    this.#heard = heard;
  }

  send(data: string): void {
    this.#heard(JSON.parse(data) as Up);
  }

  close(): void {
    this.onclose?.({ code: 1000 });
  }
}

export class FakeBroker {
  readonly facts = new Map<string, Fact[]>();
  readonly heard: Up[] = [];
  readonly refusals: RefusalCode[] = [];
  /** What the refusals say beside their code. */
  refusalDetail = "";
  fault: (frame: Frame) => Fault = () => "none";
  /** Whether the next request is carried out but the line is cut before the answer. */
  silent = false;
  /** Whether new connections get no welcome. */
  mute = false;
  beatSeconds = 15;
  /** Facts in one frame, when many are asked for. */
  batch = 100;
  sockets: FakeSocket[] = [];
  readonly #answers = new Map<string, Frame>();

  /** Open a connection that says welcome in a moment. */
  readonly open = (): WebSocket => {
    const socket: FakeSocket = new FakeSocket((message) => {
      this.heard.push(message);
      queueMicrotask(() => this.#carryOut(message));
    });
    this.sockets = [socket];
    queueMicrotask(() => {
      if (!this.mute) this.say({ ...welcome, beat_seconds: this.beatSeconds });
    });
    return socket as unknown as WebSocket;
  };

  /** Send `frame` down, through whatever the line does to it. */
  say(frame: Frame): void {
    const data = JSON.stringify(frame);
    const fault = frame.type === "welcome" ? "none" : this.fault(frame);
    if (fault === "cut") {
      this.cut();
      return;
    }
    const send = () => this.sockets.forEach((socket) => socket.onmessage?.({ data }));
    if (fault === "late") setTimeout(send, 300);
    else if (fault !== "lose") send();
    if (fault === "twice") send();
  }

  /** Cut the line; the page is told unless it is `dead`, which no one hears of. */
  cut(code = 1006, dead = false): void {
    const sockets = this.sockets;
    this.sockets = [];
    if (!dead) for (const socket of sockets) socket.onclose?.({ code });
  }

  /** Store a fact and tell of it. */
  happen(session: string, fact: object): number {
    const facts = this.facts.get(session) ?? [];
    const place = facts.length + 1;
    const full = { at: Date.now(), by: "rep", digest: "", erased: false, ...fact, place } as Fact;
    this.facts.set(session, [...facts, full]);
    this.say({ type: "facts", session, after: place - 1, facts: [full] });
    return place;
  }

  /** Everything that was said in a session, in order. */
  said(session: string): string[] {
    return (this.facts.get(session) ?? []).flatMap((fact) =>
      fact.type === "said" ? [fact.text] : [],
    );
  }

  #carryOut(message: Up): void {
    if (message.type === "resume") {
      const { session, after = 0 } = message;
      const facts = (this.facts.get(session) ?? []).slice(after);
      for (let sent = 0; sent <= facts.length; sent += this.batch) {
        const piece = facts.slice(sent, sent + this.batch);
        this.say({ type: "facts", session, after: after + sent, facts: piece });
      }
    } else if ("id" in message) {
      const answer = this.#answers.get(message.id) ?? this.#answer(message);
      if (this.silent) this.cut();
      else this.say(answer);
      this.silent = false;
    }
  }

  #answer({ id, session = "", ...asked }: Request): Frame {
    const code = this.refusals.shift();
    if (code) return { type: "refused", id, session, code, detail: this.refusalDetail };
    const kind = asked.type === "say" ? "said" : "greeted";
    const text = "text" in asked ? asked.text : "";
    const place = this.happen(session, { type: kind, text, by: "me" });
    const answer: Frame = { type: "answered", id, session, place };
    this.#answers.set(id, answer);
    return answer;
  }
}

export const welcome: Welcome = {
  type: "welcome",
  party: "me",
  role: "customer",
  name: "",
  now: 0,
  beat_seconds: 15,
  teams: [],
  sessions: [],
  available: false,
  idle_seconds: 600,
};

/** A repeatable random number generator (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
