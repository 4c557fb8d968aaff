/**
 * A rep's workplace: the link, the queues of their teams, and the sessions they serve.
 *
 * Knows nothing of what is drawn. Which sessions are "mine" follows from their facts; the broker's
 * list only says which to look at.
 */
import type { Account, Choice } from "@deskside/browser/api";
import { getTicket } from "@deskside/browser/api";
import type {
  Colleague,
  Frame,
  Queue,
  RefusedRequest,
  Request,
  Waiting,
} from "@deskside/browser/contract";
import type { KeptRequests } from "@deskside/browser/kept_requests";
import { Link } from "@deskside/browser/link";
import { Outbox } from "@deskside/browser/outbox";
import type { Answer, Asked } from "@deskside/browser/outbox";
import { Store } from "@deskside/browser/store";
import { Transcript } from "@deskside/browser/transcript";
import type { Entry, OwnLine } from "@deskside/browser/transcript";
import type { Alarm } from "./alarm.ts";
import { Boards } from "./boards.ts";
import { CannedMessages } from "./canned.ts";
import { concerns } from "./concerns.ts";
import type { Following } from "./following.ts";
import { Inbox } from "./inbox.ts";
import type { Idleness } from "./idleness.ts";
import { KeptStore } from "./kept_store.ts";
import { RepDrafts } from "./rep_drafts.ts";
import { Screens } from "./screens.ts";
import { People } from "./people.ts";
import { go } from "./route.ts";
import { Tones } from "./tones.ts";
import { lastUndoable } from "./undoable.ts";

export interface Notice {
  readonly id: number;
  readonly refusal: RefusedRequest;
  /** What was asked. */
  readonly asked: Request["type"];
  /** The name of the party that the refusal is about, or empty. */
  readonly who: string;
}

export interface WorkplaceState {
  /** How the switch stands; unknown until the broker has said so. */
  readonly available: boolean | null;
  readonly queues: Readonly<Record<string, readonly Waiting[]>>;
  readonly colleagues: Readonly<Record<string, readonly Colleague[]>>;
  readonly mine: readonly Transcript[];
  /** The session whose conversation is shown, or empty. */
  readonly chosen: string;
  readonly notices: readonly Notice[];
  /** Sessions to whose invitation the rep said no. */
  readonly dismissed: readonly string[];
  /** How often refused words were taken back into a draft. */
  readonly edits: number;
}

/** Whom a rep calls, and what they know them by. */
export interface Called {
  readonly customer: string;
  readonly name: string;
  readonly email: string;
}

export type Asking = "" | "transfer" | "invite" | "return" | "end" | "link";

/** Sessions that are long over need not be forgotten one by one. */
const MOST_PINS = 50;
const NOTICE_SHOWN_MS = 8_000;

export class Workplace {
  readonly account: Account;
  readonly organisation: string;
  readonly issues: readonly Choice[];
  readonly teams: readonly Choice[];
  readonly link: Link;
  readonly drafts: RepDrafts;
  readonly inbox: Inbox;
  /** Sessions that the rep wants on top, whatever else happens. */
  readonly pins: KeptStore<{ readonly ids: readonly string[] }>;
  readonly boards: Boards;
  readonly tones = new Tones();
  readonly screens = new Screens();
  readonly canned = new CannedMessages();
  readonly people = new People();
  /** Calls the rep; none before somebody listens. */
  alarm: Alarm | null = null;
  /** Notices when nobody is at the console; none where nobody is waited for there. */
  idleness: Idleness | null = null;
  /** Has what the rep likes follow them; nothing before they are in. */
  following: Following | null = null;
  /** What the rep is being asked about the open session. */
  readonly asking = new Store<Asking>("");
  readonly state = new Store<WorkplaceState>({
    available: null,
    queues: {},
    colleagues: {},
    mine: [],
    chosen: "",
    notices: [],
    dismissed: [],
    edits: 0,
  });
  readonly #outbox: Outbox;
  readonly #stops = new Map<Transcript, () => void>();
  /** What the broker counts among ours; the facts may lag behind while they are read in. */
  #listed = new Set<string>();
  #notices = 0;

  constructor(
    account: Account,
    known: { organisation: string; issues: readonly Choice[]; teams: readonly Choice[] },
    requests: KeptRequests,
  ) {
    this.account = account;
    this.organisation = known.organisation;
    this.issues = known.issues;
    this.teams = known.teams;
    this.link = new Link({ ticket: () => getTicket() });
    this.#outbox = new Outbox(account.party, this.link, requests);
    this.drafts = new RepDrafts(account.party);
    this.inbox = new Inbox(this.link);
    this.boards = new Boards(this.link);
    this.pins = new KeptStore(`console.${account.party}.pins`, { ids: [] as readonly string[] });
    this.link.on((frame) => this.#hear(frame));
    // Compliance officers write to nobody, and may not read what is kept ready for that.
    if (this.account.role !== "compliance") this.canned.listen(this.link);
    this.#outbox.onSettled((request, answer) => {
      // A line that was refused says so itself, where it stands.
      const isLine = request.type === "say" || request.type === "note";
      if (answer.type === "refused" && !isLine) this.#notice(request.type, answer);
    });
    this.link.start();
  }

  close(): void {
    this.alarm?.close();
    this.idleness?.close();
    this.screens.close();
    this.following?.close();
    this.#outbox.close();
    this.link.stop();
    for (const transcript of this.state.get().mine) this.#drop(transcript);
  }

  /** Whether whoever is signed in can take sessions at all. */
  get takesSessions(): boolean {
    return this.account.role === "rep" || this.account.role === "lead";
  }

  ask(asked: Asked): Promise<Answer> {
    return this.#outbox.ask(asked);
  }

  /** Take a session from the queue and turn to it. */
  async accept(session: string): Promise<void> {
    const answer = await this.ask({ type: "accept", session });
    if (answer.type !== "answered") return;
    this.#listed.add(session);
    this.choose(this.#follow(session).id);
  }

  /** Take whoever is first, in the queue of `team` or in any of the rep's. */
  async acceptNext(team = ""): Promise<void> {
    const { queues } = this.state.get();
    const waiting = team ? (queues[team] ?? []) : Object.values(queues).flat();
    const free = ({ offered }: Waiting) => !offered || offered === this.account.party;
    const [first] = waiting.filter(free).toSorted(byTurn);
    if (first) await this.accept(first.session);
  }

  /** Come into a session that is a colleague's, and turn to it; say whether that was possible. */
  async comeIn(how: "join" | "monitor" | "take_over", session: string): Promise<boolean> {
    const answer = await this.ask({ type: how, session });
    if (answer.type !== "answered") return false;
    this.#listed.add(session);
    this.choose(this.#follow(session).id);
    return true;
  }

  /** Call somebody who was here before, and turn to the session in which they are asked. */
  async call(called: Called): Promise<void> {
    const answer = await this.ask({ type: "call", session: "", ...called });
    if (answer.type !== "answered") return;
    this.#listed.add(answer.session);
    this.choose(this.#follow(answer.session).id);
    go("sessions", answer.session);
  }

  /** Show an invitation no more; the rep can still be offered the session. */
  dismissInvitation(session: string): void {
    const { dismissed, chosen } = this.state.get();
    const next = chosen === session ? "" : chosen;
    this.state.patch({ dismissed: [...dismissed, session], chosen: next });
  }

  /** Take refused words back into the draft. */
  edit(session: string, line: OwnLine): void {
    this.#intoDraft(session, line.text, line.note);
    this.#outbox.dismiss(line.id);
  }

  /** Take back what was said as `entry`, or last of what still can be, into the draft. */
  async takeBack(session: string, entry = this.#lastUndoable(session)): Promise<void> {
    if (entry?.fact.type !== "said") return;
    const { text } = entry.fact;
    const answer = await this.ask({ type: "take_back", session, line: entry.shown });
    if (answer.type === "answered") this.#intoDraft(session, text, false);
  }

  /** Say something, or note it among reps. */
  say(session: string, text: string, kind: "say" | "note"): void {
    const onKept = () => {
      // What was typed meanwhile is the next line's draft.
      if (this.drafts.read(session) === text) this.drafts.put(session, "", false);
    };
    void this.#outbox.ask({ type: kind, session, text }, onKept);
  }

  pin(session: string, pinned: boolean): void {
    const others = this.pins.get().ids.filter((id) => id !== session);
    this.pins.set({ ids: pinned ? [...others.slice(-MOST_PINS), session] : others });
  }

  setAvailable(available: boolean): void {
    if (this.link.send({ type: "set_available", available })) this.state.patch({ available });
  }

  choose(session: string): void {
    if (session !== this.state.get().chosen) this.asking.set("");
    this.state.patch({ chosen: session });
  }

  /** Put away a session that has ended. */
  putAway(transcript: Transcript): void {
    this.#drop(transcript);
  }

  dismiss(notice: number): void {
    const notices = this.state.get().notices.filter(({ id }) => id !== notice);
    this.state.patch({ notices });
  }

  /** Return what a rep is called, as far as is known here. */
  nameOf(party: string): string {
    const colleagues = Object.values(this.state.get().colleagues).flat();
    const names = this.state.get().mine.map(({ view }) => view.get().session.names[party]);
    return colleagues.find(({ rep }) => rep === party)?.name ?? names.find((name) => name) ?? "";
  }

  teamName(id: string): string {
    return [...this.teams, ...this.account.teams].find((team) => team.id === id)?.name ?? id;
  }

  issueName(id: string): string {
    return this.issues.find((issue) => issue.id === id)?.name ?? id;
  }

  #hear(frame: Frame): void {
    const available = "available" in frame && this.takesSessions ? frame.available : null;
    if (frame.type === "welcome") this.state.patch({ available });
    if (frame.type === "welcome" || frame.type === "my_sessions") {
      this.#listed = new Set(frame.sessions);
      for (const session of frame.sessions) this.#follow(session);
      for (const transcript of this.state.get().mine) this.#review(transcript);
    } else if (frame.type === "queue") {
      const { queues } = this.state.get();
      this.state.patch({ queues: { ...queues, [frame.team]: queueAfter(queues, frame) } });
    } else if (frame.type === "team") {
      const colleagues = { ...this.state.get().colleagues, [frame.team]: frame.reps };
      this.state.patch({ colleagues });
    } else if (frame.type === "refused" && frame.code === "unknown_session" && !frame.id) {
      const transcript = this.state.get().mine.find(({ id }) => id === frame.session);
      if (transcript) this.#drop(transcript);
    }
  }

  #follow(session: string): Transcript {
    const { mine } = this.state.get();
    const known = mine.find(({ id }) => id === session);
    if (known) return known;
    const transcript = new Transcript({ session, link: this.link, outbox: this.#outbox });
    this.state.patch({ mine: [...mine, transcript] });
    const stop = transcript.view.subscribe(() => this.#review(transcript));
    this.#stops.set(transcript, stop);
    return transcript;
  }

  /** Let go of what is neither listed nor, by its facts, of any concern. */
  #review(transcript: Transcript): void {
    if (this.#listed.has(transcript.id)) return;
    if (!concerns(transcript.view.get().session, this.account.party)) this.#drop(transcript);
  }

  #drop(transcript: Transcript): void {
    this.#stops.get(transcript)?.();
    this.#stops.delete(transcript);
    transcript.close();
    this.tones.letGo(transcript.id);
    const { mine, chosen } = this.state.get();
    this.state.patch({
      mine: mine.filter((each) => each !== transcript),
      chosen: chosen === transcript.id ? "" : chosen,
    });
  }

  #intoDraft(session: string, text: string, isNote: boolean): void {
    this.drafts.putBefore(session, text, isNote);
    this.state.patch({ edits: this.state.get().edits + 1 });
  }

  #lastUndoable(session: string): Entry | undefined {
    const view = this.state
      .get()
      .mine.find(({ id }) => id === session)
      ?.view.get();
    return view && lastUndoable(view, this.account.party, this.link.now());
  }

  #notice(asked: Request["type"], refusal: RefusedRequest): void {
    const notice = { id: ++this.#notices, asked, refusal, who: this.nameOf(refusal.detail) };
    this.state.patch({ notices: [...this.state.get().notices, notice] });
    setTimeout(() => this.dismiss(notice.id), NOTICE_SHOWN_MS);
  }
}

/** Who waits after `frame`, first to be served first, in the broker's own order. */
export function queueAfter(
  queues: WorkplaceState["queues"],
  { team, whole, came, went }: Queue,
): readonly Waiting[] {
  const gone = new Set([...went, ...came.map(({ session }) => session)]);
  const stayed = whole ? [] : (queues[team] ?? []).filter(({ session }) => !gone.has(session));
  return [...stayed, ...came].sort(byTurn);
}

/** Who is served first of two who wait, as the broker has it. */
export function byTurn(one: Waiting, other: Waiting): number {
  return (
    Number(other.front) - Number(one.front) ||
    one.waiting_since - other.waiting_since ||
    (one.session < other.session ? -1 : 1)
  );
}
