/**
 * One customer's visit to the page: the link, and the session that is on, if any.
 *
 * Knows nothing of what is drawn. A session that has ended stays until the customer starts anew,
 * also over a reload, so that its survey can still be answered.
 */
import { ApiError, getSite, redeemCode } from "@deskside/browser/api";
import type { Site, Visitor } from "@deskside/browser/api";
import { language } from "@deskside/browser/catalogue";
import type {
  Frame,
  NamedRep,
  Position,
  RefusedRequest,
  Request,
  Start,
} from "@deskside/browser/contract";
import { Drafts } from "@deskside/browser/drafts";
import type { KeptRequests } from "@deskside/browser/kept_requests";
import { Link } from "@deskside/browser/link";
import { Outbox } from "@deskside/browser/outbox";
import type { Answer, Asked } from "@deskside/browser/outbox";
import { drop, keep, kept } from "@deskside/browser/storage";
import { SessionFiles, named } from "@deskside/browser/session_files";
import { Store } from "@deskside/browser/store";
import { Transcript } from "@deskside/browser/transcript";
import type { OwnLine } from "@deskside/browser/transcript";
import { Notifications } from "./notifications.ts";
import { visitorTicket, windowAddress } from "@deskside/browser/visitor";
import type { HostFrame } from "./host_frame.ts";
import { Preferences } from "./preferences.ts";
import { Sharing } from "./sharing.ts";
import { Sounds } from "./sounds.ts";

const AGAIN_MS = 3_000;

export interface VisitState {
  readonly site: Site;
  /** Whether a session can be started; unknown until the broker has said so. */
  readonly available: boolean | null;
  /** The issues whose team is there now. */
  readonly reachable: readonly string[];
  /** Who may be asked for by name. */
  readonly reps: readonly NamedRep[];
  /** Whether the rep who was asked for has gone meanwhile. */
  readonly repGone: boolean;
  readonly starting: boolean;
  /** Why the last start was turned down. */
  readonly refusal: RefusedRequest | null;
  readonly transcript: Transcript | null;
  readonly position: Position | null;
  /** How often refused words were taken back into a draft. */
  readonly edits: number;
  readonly code: ShownCode | null;
}

/** A session code that the page was opened with: who expects the customer, or what is wrong. */
export interface ShownCode {
  readonly digits: string;
  readonly name: string;
  readonly problem: string;
}

export class Visit {
  readonly state: Store<VisitState>;
  readonly link: Link;
  readonly drafts: Drafts;
  readonly preferences = new Preferences();
  readonly sounds = new Sounds();
  readonly sharing = new Sharing(this);
  /** Whether the customer wants to go on in the app, and has not arrived there. */
  readonly wantsApp = new Store(false);
  /** Proves to the broker who this is, in calls beside the link. */
  readonly token: string;
  readonly notifications: Notifications;
  /** The files of the session that is on. */
  files: SessionFiles | null = null;
  /** The frame on another site, if the page is in one. */
  readonly frame: HostFrame | null;
  readonly #visitor: Visitor;
  readonly #outbox: Outbox;
  readonly #key: string;
  /** The language in which the site's texts were last asked for. */
  #fetched = language();

  constructor(
    visitor: Visitor,
    site: Site,
    requests: KeptRequests,
    frame: HostFrame | null = null,
  ) {
    this.#visitor = visitor;
    this.frame = frame;
    this.notifications = new Notifications(frame !== null);
    this.#key = `session.${visitor.party}`;
    this.token = visitor.token;
    this.link = new Link({ ticket: () => visitorTicket(visitor) });
    this.#outbox = new Outbox(visitor.party, this.link, requests);
    this.drafts = new Drafts(visitor.party);
    this.state = new Store<VisitState>({
      site,
      available: null,
      reachable: [],
      reps: [],
      repGone: false,
      starting: false,
      refusal: null,
      transcript: null,
      position: null,
      edits: 0,
      code: null,
    });
    this.link.on((frame) => this.#hear(frame));
    this.#outbox.onSettled((request, answer) => this.#settled(request, answer));
    this.#outbox.waiting.subscribe(() => {
      const starting = this.#outbox.waiting.get().some(({ type }) => type === "start");
      this.state.patch({ starting });
    });
    const before = kept(this.#key);
    if (before) this.#follow(before);
    this.link.start();
    const code = new URLSearchParams(location.search).get("code");
    if (code) void this.#show(visitor, code);
  }

  /** Ask something of the session that is on. */
  ask(asked: Asked, onKept?: () => void): Promise<Answer> {
    const session = this.state.get().transcript?.id ?? "";
    return this.#outbox.ask({ ...asked, session }, onKept);
  }

  start(about: Pick<Start, "issue" | "name" | "email" | "rep">): void {
    this.state.patch({ refusal: null, repGone: false });
    const page = document.referrer || location.href;
    const { code } = this.state.get();
    void this.#outbox.ask({
      type: "start",
      session: "",
      ...about,
      ...(code && { code: code.digits }),
      language: language(),
      page: /^https?:\/\/\S{1,1900}$/.test(page) ? page : "",
    });
  }

  say(text: string): void {
    const session = this.state.get().transcript?.id ?? "";
    void this.ask({ type: "say", text }, () => {
      // What was typed meanwhile is the next line's draft.
      if (this.drafts.read(session) === text) this.drafts.write(session, "");
    });
  }

  /** Offer files to the rep. */
  sendFiles(files: readonly File[]): void {
    const { transcript } = this.state.get();
    if (!transcript) return;
    const { session } = transcript.view.get();
    if (session.state !== "talking") return;
    this.files?.sent.offer(
      files.map((file) => named(file, new Date())),
      session,
    );
  }

  /** Take refused words back into the draft. */
  edit(line: OwnLine): void {
    const { transcript, edits } = this.state.get();
    if (!transcript) return;
    const draft = this.drafts.read(transcript.id);
    this.drafts.write(transcript.id, draft ? `${line.text}\n${draft}` : line.text);
    transcript.dismiss(line.id);
    this.state.patch({ edits: edits + 1 });
  }

  /** Forget what stands in the fields of this page and was not sent. */
  forgetDrafts(): void {
    const { transcript, edits } = this.state.get();
    const session = transcript?.id ?? "";
    for (const field of ["name", "email", "message", session, `${session}.survey`]) {
      this.drafts.write(field, "");
    }
    this.state.patch({ edits: edits + 1 });
  }

  /** Go on without the code that the page was opened with. */
  leaveCode(): void {
    const address = new URL(location.href);
    address.searchParams.delete("code");
    history.replaceState(null, "", address);
    this.state.patch({ code: null, refusal: null });
  }

  async #show(visitor: Visitor, digits: string): Promise<void> {
    this.state.patch({ code: { digits, name: "", problem: "" } });
    const shown = await redeemCode(visitor, digits).then(
      (name) => ({ digits, name, problem: "" }),
      (fault: unknown) => ({
        digits,
        name: "",
        problem: fault instanceof ApiError ? fault.code : "unreachable",
      }),
    );
    if (this.state.get().code) this.state.patch({ code: shown });
  }

  /** Leave an ended session behind. */
  startAnew(): void {
    this.state.get().transcript?.close();
    drop(this.#key);
    this.state.patch({ transcript: null, position: null, refusal: null });
    void this.refresh(language());
  }

  /** Return an address at which a tab of our own goes on with this visit, once and soon. */
  windowAddress(language: string): Promise<string> {
    return windowAddress(this.#visitor, language);
  }

  /** Fetch the site's texts again, in the language of the session that asks about them. */
  async refresh(spoken: string): Promise<void> {
    this.#fetched = spoken;
    try {
      const site = await getSite(spoken);
      // Another language may have been asked for meanwhile.
      if (this.#fetched === spoken) this.state.patch({ site });
    } catch {
      if (this.#fetched === spoken) setTimeout(() => void this.refresh(spoken), AGAIN_MS);
    }
  }

  /** Put the whole page into another language. */
  async speak(wanted: string): Promise<void> {
    await this.preferences.speak(wanted);
    await this.refresh(language());
  }

  #hear(frame: Frame): void {
    const { transcript } = this.state.get();
    if (frame.type === "availability") {
      this.state.patch({ available: frame.open, reachable: frame.issues, reps: frame.reps });
      // Somebody is back: what a start met before says nothing any more.
      if (frame.open && this.state.get().refusal?.code === "nobody_available") {
        this.state.patch({ refusal: null });
      }
    } else if (frame.type === "position" && frame.session === transcript?.id) {
      this.state.patch({ position: frame });
    } else if (frame.type === "welcome" || frame.type === "my_sessions") {
      const session = frame.sessions.at(-1);
      if (session) this.#follow(session);
    } else if (frame.type === "refused" && frame.code === "unknown_session") {
      if (frame.session === transcript?.id) this.startAnew();
    }
  }

  #settled(request: Request, answer: Answer): void {
    if (request.type !== "start") return;
    if (answer.type === "answered") {
      this.leaveCode();
      this.#follow(answer.session);
      // The page may have stood open since before a problem became known.
      void this.refresh(language());
    } else if (answer.code === "not_now" && answer.detail) {
      // Another tab was first: its session is the customer's, here too.
      this.#follow(answer.detail);
    } else if (request.rep && answer.code === "nobody_available") {
      this.state.patch({ repGone: true });
    } else {
      this.state.patch({ refusal: answer });
    }
  }

  #follow(session: string): void {
    const { transcript } = this.state.get();
    if (transcript?.id === session) return;
    transcript?.close();
    keep(this.#key, session);
    const next = new Transcript({ session, link: this.link, outbox: this.#outbox });
    this.files?.close();
    const files = new SessionFiles({
      session,
      link: this.link,
      ask: (asked) => this.#outbox.ask(asked),
      token: this.token,
    });
    this.files = files;
    next.view.subscribe(() => {
      this.sharing.follow(next.view.get().session);
      files.sent.follow(next.view.get().session);
    });
    this.state.patch({ transcript: next, position: null, refusal: null });
  }
}
