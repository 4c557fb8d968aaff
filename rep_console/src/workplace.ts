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
  RefusedRequest,
  Request,
  Waiting,
} from "@deskside/browser/contract";
import type { KeptRequests } from "@deskside/browser/kept_requests";
import { Link } from "@deskside/browser/link";
import { Outbox } from "@deskside/browser/outbox";
import type { Answer, Asked } from "@deskside/browser/outbox";
import { SessionFiles, named } from "@deskside/browser/session_files";
import { Store } from "@deskside/browser/store";
import { Transcript } from "@deskside/browser/transcript";
import type { Entry, OwnLine } from "@deskside/browser/transcript";
import type { Alarm } from "./alarm.ts";
import { Boards } from "./boards.ts";
import { CannedMessages } from "./canned.ts";
import type { CodeMade } from "./codes.ts";
import { concerns } from "./concerns.ts";
import type { Following } from "./following.ts";
import { Inbox } from "./inbox.ts";
import type { Idleness } from "./idleness.ts";
import { KeptStore } from "./kept_store.ts";
import { RepDrafts } from "./rep_drafts.ts";
import { Screens } from "./screens.ts";
import { MyList } from "./my_list.ts";
import { People } from "./people.ts";
import { byTurn, queueAfter } from "./queue_order.ts";
import { go, routeOf } from "./route.ts";
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
  /** How many wait for each team; of a very long queue `queues` has only the first. */
  readonly totals: Readonly<Record<string, number>>;
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

/** What the rep is being asked about the open session; `find` is about the queue. */
export type Asking =
  "" | "transfer" | "invite" | "return" | "end" | "link" | "computer" | "pause" | "find";

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
  readonly list: MyList;
  /** The session codes that were made here and can still be told. */
  readonly codes = new Store<readonly CodeMade[]>([]);
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
  /** What the rep is being asked about the open session, or whom they look for. */
  readonly asking = new Store<Asking>("");
  readonly state = new Store<WorkplaceState>({
    available: null,
    queues: {},
    totals: {},
    colleagues: {},
    mine: [],
    chosen: "",
    notices: [],
    dismissed: [],
    edits: 0,
  });
  readonly #outbox: Outbox;
  readonly #stops = new Map<Transcript, () => void>();
  readonly #files = new Map<string, SessionFiles>();
  /** What the broker counts among ours; the facts may lag behind while they are read in. */
  #listed = new Set<string>();
  #notices = 0;
  /** How often the rep has typed something, or turned to somebody. */
  #doings = 0;
  readonly #onInput = (): void => {
    this.#doings += 1;
  };

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
    this.list = new MyList(this);
    addEventListener("input", this.#onInput, { capture: true });
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
    removeEventListener("input", this.#onInput, { capture: true });
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
    await this.#enter({ type: "accept", session }, session);
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
    return this.#enter({ type: how, session }, session);
  }

  /** Call somebody who was here before, and turn to the session in which they are asked. */
  async call(called: Called): Promise<void> {
    await this.#enter({ type: "call", session: "", ...called });
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
    if (session === this.state.get().chosen) return;
    this.#doings += 1;
    this.asking.set("");
    this.state.patch({ chosen: session });
  }

  /** Show a session, whatever view is open. */
  turnTo(session: string): void {
    this.choose(session);
    // A picture's own window shows nothing else.
    if (routeOf(location.hash).view !== "screen") go("sessions", session);
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
      const { queues, totals } = this.state.get();
      this.state.patch({
        queues: { ...queues, [frame.team]: queueAfter(queues, frame) },
        totals: { ...totals, [frame.team]: frame.total },
      });
    } else if (frame.type === "team") {
      const colleagues = { ...this.state.get().colleagues, [frame.team]: frame.reps };
      this.state.patch({ colleagues });
    } else if (frame.type === "refused" && frame.code === "unknown_session" && !frame.id) {
      const transcript = this.state.get().mine.find(({ id }) => id === frame.session);
      if (transcript) this.#drop(transcript);
    }
  }

  /** Return the files of a session, whether one serves it or looks back at it. */
  filesOf(session: string): SessionFiles {
    const known = this.#files.get(session);
    if (known) return known;
    const ask = (asked: Asked) => this.ask(asked);
    const files = new SessionFiles({ session, link: this.link, ask, token: "" });
    this.#files.set(session, files);
    return files;
  }

  /** Offer files to the customer. */
  sendFiles(transcript: Transcript, files: readonly File[]): void {
    const { session } = transcript.view.get();
    if (session.state !== "talking") return;
    const mine = files.map((file) => named(file, new Date()));
    this.filesOf(transcript.id).sent.offer(mine, session);
  }

  /** Ask for what makes `known`, or a new session, ours; turn to it; say whether that was possible. */
  async #enter(asked: Asked, known = ""): Promise<boolean> {
    const [doings, { view }] = [this.#doings, routeOf(location.hash)];
    const answer = await this.ask(asked);
    if (answer.type !== "answered") return false;
    const session = known || answer.session;
    this.#listed.add(session);
    this.#follow(session);
    // On a slow line the rep has gone on meanwhile: words must not land with somebody else.
    if (doings === this.#doings && view === routeOf(location.hash).view) {
      this.turnTo(session);
      this.#doings = doings;
    }
    return true;
  }

  #follow(session: string): Transcript {
    const { mine } = this.state.get();
    const known = mine.find(({ id }) => id === session);
    if (known) return known;
    const transcript = new Transcript({ session, link: this.link, outbox: this.#outbox });
    this.state.patch({ mine: [...mine, transcript] });
    const stop = transcript.view.subscribe(() => {
      this.#files.get(session)?.sent.follow(transcript.view.get().session);
      this.#review(transcript);
    });
    this.#stops.set(transcript, stop);
    return transcript;
  }

  /** Let go of what is neither listed nor, by its facts, of any concern. */
  #review(transcript: Transcript): void {
    if (this.#listed.has(transcript.id)) return;
    const { session } = transcript.view.get();
    // What somebody is reading does not vanish under their eyes.
    const isRead = session.state === "ended" && this.state.get().chosen === transcript.id;
    if (!isRead && !concerns(session, this.account.party)) this.#drop(transcript);
  }

  #drop(transcript: Transcript): void {
    this.#stops.get(transcript)?.();
    this.#stops.delete(transcript);
    transcript.close();
    this.#files.get(transcript.id)?.close();
    this.#files.delete(transcript.id);
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
