/** The broker's HTTP interface: what is not said over the link. */

const LONGEST_ANSWER_MS = 10_000;

/** Megabytes take their time on a slow line. */
const LONGEST_BYTES_MS = 60_000;

/** The broker said no, in words; or could not be reached (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** Seconds to wait before the next try, 0 where the broker named none. */
  readonly retryAfter: number;

  constructor(status: number, code: string, message: string, retryAfter = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export interface Choice {
  readonly id: string;
  readonly name: string;
}

/** A text to agree to; `digest` goes back with the answer. */
export interface ConsentText {
  readonly title?: string;
  readonly text: string;
  readonly digest: string;
}

/** A problem that is known already; `id` goes back with `leave_on_notice`. */
export interface NoticeText {
  readonly id: string;
  readonly text: string;
}

/** An issue, and the team whose reps may be asked for about it. */
export interface IssueChoice extends Choice {
  readonly team?: string;
}

export interface Site {
  readonly organisation: string;
  readonly languages: readonly string[];
  readonly language: string;
  readonly issues: readonly IssueChoice[];
  readonly agreement: ConsentText | null;
  readonly recording: ConsentText | null;
  /** Whether the site takes chats at all. */
  readonly chat?: boolean;
  readonly ask_name: boolean;
  readonly ask_email: boolean;
  /** Whether an address is confirmed by a code before the chat begins. */
  readonly identity?: boolean;
  /** What stands where chats start while nobody is there. */
  readonly offline?: "hide" | "form";
  /** Whether customers may take transcripts along, and whether we can send any mail. */
  readonly transcript?: boolean;
  readonly mails?: boolean;
  /** What a customer reads when nobody is left who could help, and where they may go on to. */
  readonly orphaned: string;
  readonly orphaned_url: string;
  /** What the site says about personal data. */
  readonly privacy: string;
  readonly notices: readonly NoticeText[];
  /** The system for which there is an app. */
  readonly app?: string;
}

export interface Visitor {
  readonly party: string;
  readonly token: string;
}

export interface Account {
  readonly party: string;
  readonly name: string;
  /** What they type to sign in. */
  readonly user_name?: string;
  /** Nothing works before a second factor is set up. */
  readonly enrolling?: boolean;
  readonly role: "rep" | "lead" | "admin" | "compliance";
  readonly teams: readonly Choice[];
}

export function getSite(language: string): Promise<Site> {
  return call("GET", `/v1/site?lang=${encodeURIComponent(language)}`);
}

export function makeVisitor(): Promise<Visitor> {
  return call("POST", "/v1/visitors");
}

/** Show a session code, which is then kept for `visitor`; returns the name of who expects them. */
export async function redeemCode(visitor: Visitor, code: string): Promise<string> {
  const path = "/v1/codes/redeem";
  const { name } = await call<{ name: string }>("POST", path, { code }, visitor.token);
  return name;
}

/** Fetch a code with which one app joins `session` as the customer with `token`. */
export async function makeAppCode(token: string, session: string): Promise<string> {
  const path = `/v1/sessions/${encodeURIComponent(session)}/app`;
  return (await call<{ code: string }>("POST", path, undefined, token)).code;
}

/** Fetch a ticket for the link: a customer's with their `token`, a rep's with the cookie. */
export async function getTicket(token = ""): Promise<string> {
  const { ticket } = await call<{ ticket: string }>("POST", "/v1/tickets", undefined, token);
  return ticket;
}

/** Fetch a code that opens one window of our own as the customer with `token`. */
export async function makeWindowCode(token: string): Promise<string> {
  return (await call<{ code: string }>("POST", "/v1/windows", undefined, token)).code;
}

/** Use up a code; the customer gets a token for this window. */
export function openWindow(code: string): Promise<Visitor> {
  return call("POST", "/v1/windows/open", { code });
}

/** Return the teams that a session can be passed to. */
export async function getTeams(account: Account): Promise<readonly Choice[]> {
  try {
    return (await call<{ teams: readonly Choice[] }>("GET", "/v1/teams")).teams;
  } catch {
    return account.teams;
  }
}

/** Where the picture of a session is, and what opens it there. */
export interface PictureLease {
  readonly address: string;
  readonly lease: string;
}

/** Fetch what opens the picture of `session`: a customer's with their `token`, a rep's by cookie. */
export function getPictureLease(session: string, token = ""): Promise<PictureLease> {
  return call("POST", `/v1/sessions/${encodeURIComponent(session)}/picture`, {}, token);
}

export function signIn(name: string, password: string, code = ""): Promise<Account> {
  return call("POST", "/v1/sign-in", { name, password, ...(code && { code }) });
}

export function signOut(): Promise<unknown> {
  return call("POST", "/v1/sign-out");
}

export function whoAmI(): Promise<Account> {
  return call("GET", "/v1/me");
}

/** Make a call; `body` goes as JSON, or as what it is where it is a Blob. */
export async function call<Answer>(
  method: "GET" | "POST",
  path: string,
  body?: object,
  token = "",
): Promise<Answer> {
  const isBlob = body instanceof Blob;
  const response = await fetch(path, {
    method,
    // A customer in a browser where a rep is signed in is still a customer.
    credentials: token ? "omit" : "same-origin",
    // No other site can send this header, so the broker knows that the call is ours.
    headers: {
      "X-Deskside": "1",
      ...(body && { "Content-Type": isBlob ? body.type : "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: isBlob ? body : body ? JSON.stringify(body) : null,
    signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
  }).catch(() => {
    throw new ApiError(0, "unreachable", "The server cannot be reached.");
  });
  if (!response.ok) throw await refusal(response);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** Fetch what is no JSON, such as the opened segments of a recording. */
export async function fetchBytes(path: string): Promise<Uint8Array> {
  const response = await fetch(path, {
    credentials: "same-origin",
    headers: { "X-Deskside": "1" },
    signal: AbortSignal.timeout(LONGEST_BYTES_MS),
  }).catch(() => {
    throw new ApiError(0, "unreachable", "The server cannot be reached.");
  });
  if (!response.ok) throw await refusal(response);
  return new Uint8Array(await response.arrayBuffer());
}

async function refusal(response: Response): Promise<ApiError> {
  const said = (await response.json().catch(() => ({}))) as { error?: string; message?: string };
  const wait = Number(response.headers.get("Retry-After")) || 0;
  return new ApiError(response.status, said.error ?? "", said.message ?? "", wait);
}
