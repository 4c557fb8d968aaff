/**
 * What facts amount to: the twin of `protocol/session.py` and `protocol/changes.py`.
 *
 * Change nothing here alone: golden transcripts hold both folds to the same result, byte for byte.
 */
import { AUDIENCE, NO_SURVEY_AFTER, PERSONAL, STIRRING, emptySession } from "./contract.ts";
import type { Ending, Fact, FactKind, Grant, Session, State } from "./contract.ts";

type Changed = Partial<Session>;
type Change<Kind extends FactKind> = (
  session: Session,
  fact: Extract<Fact, { type: Kind }>,
) => Changed;

/** Return `session` as it is once `fact` has happened. */
export function evolve(session: Session, fact: Fact): Session {
  const change = CHANGES[fact.type] as Change<FactKind> | undefined;
  const next = { ...session, ...change?.(session, fact), place: fact.place };
  if (AUDIENCE[fact.type] === "all") next.shown = session.shown + 1;
  if (next.state !== session.state) next.state_since = fact.at;
  if (fact.type in PERSONAL && fact.by === session.customer) next.erased = false;
  if (STIRRING.includes(fact.type)) Object.assign(next, { active_at: fact.at, warned_until: 0 });
  return next;
}

/** Fold a whole transcript. */
export function replay(facts: Iterable<Fact>, id = ""): Session {
  let session = emptySession(id);
  for (const fact of facts) session = evolve(session, fact);
  return session;
}

/** The state that follows `step` on the way to the queue. */
function after(step: State, session: Session, at: number, rules = session.rules): Changed {
  if (step === "new" && rules.identity_asked) return { state: "identity" };
  if ((step === "new" || step === "identity") && rules.agreement_digest)
    return { state: "agreement" };
  if (step !== "recording" && rules.recording_asked) return { state: "recording" };
  return { state: "waiting", waiting_since: session.waiting_since || at };
}

/** Nothing is asked of the customer's computer. */
const UNASKED: Changed = { system_for: "", action: null };

function unshared(): Changed {
  return { sharing: "", sharing_paused: false, grants: [], prompt: null, ...UNASKED };
}

function ended(session: Session, ending: Ending, at: number): Changed {
  const asked = session.rules.survey && session.accepted_at && !NO_SURVEY_AFTER.includes(ending);
  return {
    state: "ended",
    ending,
    ended_at: at,
    offer: null,
    meant_for: "",
    invited: [],
    monitoring: [],
    announced: [],
    gone: {},
    app_offered: "",
    warned_until: 0,
    survey: asked ? "wanted" : "none",
    ...unshared(),
  };
}

function including(parties: readonly string[], party: string): readonly string[] {
  return parties.includes(party) ? parties : [...parties, party];
}

function excluding(parties: readonly string[], party: string): readonly string[] {
  return parties.filter((each) => each !== party);
}

/** Who is gone, but only those for whom `stays` holds. */
function gone(session: Session, stays: (party: string) => boolean): Changed {
  const kept = Object.entries(session.gone).filter(([party]) => stays(party));
  return { gone: Object.fromEntries(kept) };
}

function grantsOf(session: Session, keep: (rep: string) => boolean): Changed {
  return {
    grants: session.grants.filter((grant) => keep(grant.rep)),
    prompt: session.prompt && keep(session.prompt.rep) ? session.prompt : null,
    system_for: keep(session.system_for) ? session.system_for : "",
    action: session.action && keep(session.action.rep) ? session.action : null,
  };
}

/** `rep` is responsible from now on; grants were given to the one before, so they go. */
function owned(session: Session, rep: string, name: string, before = session.joined) {
  const joined = excluding(before, rep);
  return {
    state: "talking",
    owner: rep,
    names: { ...session.names, [rep]: name },
    joined,
    invited: excluding(session.invited, rep),
    monitoring: excluding(session.monitoring, rep),
    announced: excluding(session.announced, rep),
    ...gone(session, (party) => party === session.customer || joined.includes(party)),
    offer: null,
    meant_for: "",
    ...grantsOf(session, (holder) => holder !== session.owner),
  } as const;
}

function served(session: Session, rep: string, name: string, at: number): Changed {
  return {
    ...owned(session, rep, name),
    accepted_at: session.accepted_at || at,
    front: false,
    declined: [],
    unanswered: [],
  };
}

function requeued(session: Session, team: string): Changed {
  return {
    state: "waiting",
    team,
    owner: "",
    joined: [],
    invited: [],
    monitoring: [],
    announced: [],
    declined: [],
    unanswered: [],
    offer: null,
    held_at: 0,
    warned_until: 0,
    app_offered: "",
    ...gone(session, (party) => party === session.customer),
    ...unshared(),
  };
}

/** Who sees no more steers no more. */
function withoutGrant(session: Session, tool: string, rep: string): readonly Grant[] {
  const tools = tool === "view" ? ["view", "control"] : [tool];
  return session.grants.filter((grant) => grant.rep !== rep || !tools.includes(grant.tool));
}

/** What `rep` has asked of the computer goes with the grant. */
function unasked({ system_for, action }: Session, tool: string, rep: string): Changed {
  if (tool === "system_information" && system_for === rep) return { system_for: "" };
  if (tool === "special_actions" && action?.rep === rep) return { action: null };
  return {};
}

/** Who shares of their own accord lets the owner look. */
function looking(session: Session, since: number, until: number): readonly Grant[] {
  const { owner: rep, grants } = session;
  const looks = grants.some((grant) => grant.tool === "view" && grant.rep === rep);
  if (until === 0 || rep === "" || looks) return grants;
  return [...grants, { tool: "view", rep, since, until }];
}

/** As in `protocol/taking_back.py`. */
const MOST_LINES = 10;
const ALLOWANCE_MS = 2_000;

function takeBackUntil(session: Session, line: Session["recent"][number]): number {
  return line.at + session.rules.take_back_seconds * 1000 + ALLOWANCE_MS;
}

/** Ids of files are made by customers, so one may be called like a method of every object. */
function file(session: Session, id: string, state: Session["files"][string]["state"]): Changed {
  const known = Object.hasOwn(session.files, id) ? session.files[id] : undefined;
  const { by, size } = known ?? { by: "", size: 0 };
  return { files: { ...session.files, [id]: { by, state, size } } };
}

const CHANGES: { readonly [Kind in FactKind]?: Change<Kind> } = {
  opened: (session, fact) => ({
    rules: fact.rules,
    customer: fact.by,
    issue: fact.issue,
    language: fact.language,
    team: fact.team,
    entry_team: fact.team,
    opened_at: fact.at,
    meeting: fact.meeting,
    where: fact.where,
    meant_for: fact.rep,
    names: fact.rep ? { [fact.rep]: fact.rep_name } : {},
    ...after("new", session, fact.at, fact.rules),
  }),
  called: (_, fact) => ({
    state: "calling",
    rules: fact.rules,
    customer: fact.customer,
    issue: fact.issue,
    language: fact.language,
    team: fact.team,
    entry_team: fact.team,
    opened_at: fact.at,
    meeting: "call",
    meant_for: fact.by,
    names: { [fact.by]: fact.rep_name },
    call_until: fact.until,
  }),
  call_accepted: (session, fact) => after("identity", session, fact.at),
  code_sent: (session, fact) => ({
    code_digest: fact.code_digest,
    code_until: fact.until,
    code_sent_at: fact.at,
    codes_sent: session.codes_sent + 1,
  }),
  code_rejected: (session) => ({ wrong_codes: session.wrong_codes + 1 }),
  code_confirmed: (session, fact) => after("identity", session, fact.at),
  agreement_accepted: (session, fact) => after("agreement", session, fact.at),
  recording_answered: (session, fact) => {
    if (fact.allowed) return { recording: "allowed", ...after("recording", session, fact.at) };
    const refused = { recording: "refused" } as const;
    return session.rules.refusal_policy === "end"
      ? { ...refused, ...ended(session, "recording_refused", fact.at) }
      : { ...refused, ...after("recording", session, fact.at) };
  },
  recording_withdrawn: (session, fact) => {
    const withdrawn = { recording: "withdrawn", recording_paused: false } as const;
    const policy = session.rules.refusal_policy;
    if (policy === "end") {
      return { ...withdrawn, ...ended(session, "recording_refused", fact.at) };
    }
    return policy === "no_screen" ? { ...withdrawn, ...unshared() } : withdrawn;
  },
  ended: (session, fact) => ended(session, fact.ending, fact.at),
  greeted: (_, fact) => ({ greeted_at: fact.at }),
  offered: (session, { rep, reason, until, again }) => ({
    offer: { rep, reason, until },
    ...(again && { unanswered: [] }),
    ...(again && session.declined.includes(rep) && { declined: [] }),
  }),
  declined: (session, fact) => ({
    offer: null,
    offer_ended_at: fact.at,
    declined: including(session.declined, fact.by),
  }),
  offer_expired: (session, { at, rep, gone }) => ({
    offer: null,
    offer_ended_at: at,
    ...(!gone && { unanswered: including(session.unanswered, rep) }),
  }),
  accepted: (session, fact) => served(session, fact.by, fact.name, fact.at),
  met: (session, fact) => served(session, fact.rep, fact.name, fact.at),
  meeting_missed: () => ({ meant_for: "" }),
  taken_over: (session, fact) =>
    owned(session, fact.by, fact.name, including(session.joined, session.owner)),
  owner_changed: (session, { rep }) => {
    const name = Object.hasOwn(session.names, rep) ? session.names[rep] : "";
    return owned(session, rep, name ?? "");
  },
  transferred: (session, fact) => requeued(session, fact.team),
  returned: (session, fact) => ({ ...requeued(session, fact.team), front: fact.front }),
  held: (_, fact) => ({ held_at: fact.at }),
  said: (session, { by, at }) => {
    if (by === session.customer) return {};
    const recent = session.recent.filter((line) => takeBackUntil(session, line) >= at);
    const fresh = { shown: session.shown + 1, by, at };
    return { recent: [...recent.slice(1 - MOST_LINES), fresh] };
  },
  taken_back: (session, fact) => ({
    recent: session.recent.filter(({ shown }) => shown !== fact.line),
  }),
  nudged: (_, fact) => ({ nudged_at: fact.at }),
  warned: (_, fact) => ({ warned_until: fact.until }),
  invited: (session, fact) => ({ invited: including(session.invited, fact.rep) }),
  joined: (session, fact) => ({
    joined: including(session.joined, fact.by),
    invited: excluding(session.invited, fact.by),
    monitoring: excluding(session.monitoring, fact.by),
    announced: excluding(session.announced, fact.by),
    names: { ...session.names, [fact.by]: fact.name },
  }),
  invitation_declined: (session, fact) => ({ invited: excluding(session.invited, fact.by) }),
  left: (session, fact) => ({
    joined: excluding(session.joined, fact.by),
    ...gone(session, (party) => party !== fact.by),
    ...grantsOf(session, (holder) => holder !== fact.by),
  }),
  monitored: (session, fact) => ({ monitoring: including(session.monitoring, fact.by) }),
  monitoring_stopped: (session, { by, rep }) => ({
    monitoring: excluding(session.monitoring, rep || by),
  }),
  monitoring_announced: (session, fact) => ({
    announced: including(session.announced, fact.by),
    names: { ...session.names, [fact.by]: fact.name },
  }),
  announced_monitoring_stopped: (session, { by, rep }) => ({
    announced: excluding(session.announced, rep || by),
  }),
  grants_requested: (_, { tools, by, until }) => ({ prompt: { tools, rep: by, until } }),
  grants_given: (session, { tools, rep, at, until }) => {
    const kept = session.grants.filter((grant) => grant.rep !== rep || !tools.includes(grant.tool));
    const fresh = tools.map((tool) => ({ tool, rep, since: at, until }));
    return { prompt: null, grants: [...kept, ...fresh] };
  },
  grants_refused: () => ({ prompt: null }),
  grant_withdrawn: (session, fact) => ({
    grants: withoutGrant(session, fact.tool, fact.rep),
    ...unasked(session, fact.tool, fact.rep),
  }),
  system_requested: (_, { by }) => ({ system_for: by }),
  system_told: () => ({ system_for: "" }),
  action_requested: (_, { action, by, until }) => ({
    action: { action, rep: by, until, allowed: false },
  }),
  action_answered: (session, { action, rep, allowed }) => ({
    action:
      allowed && session.action
        ? { action, rep, until: session.action.until, allowed: true }
        : null,
  }),
  action_reported: () => ({ action: null }),
  screen_shared: (session, { what, at, until }) => ({
    sharing: what,
    sharing_paused: false,
    grants: looking(session, at, until),
  }),
  sharing_changed: (_, fact) => ({ sharing: fact.what }),
  sharing_stopped: () => unshared(),
  sharing_paused: () => ({ sharing_paused: true }),
  sharing_resumed: () => ({ sharing_paused: false }),
  app_offered: (_, fact) => ({ app_offered: fact.by }),
  app_declined: () => ({ app_offered: "" }),
  moved: (_, { where }) => ({ where, app_offered: "", ...unshared() }),
  recording_paused: () => ({ recording_paused: true }),
  recording_resumed: () => ({ recording_paused: false }),
  file_offered: (session, fact) => ({
    files: {
      ...session.files,
      [fact.file]: {
        by: fact.by,
        state: fact.accepted ? "accepted" : "offered",
        size: fact.size,
      },
    },
  }),
  file_answered: (session, fact) =>
    file(session, fact.file, fact.accepted ? "accepted" : "declined"),
  file_withdrawn: (session, fact) => file(session, fact.file, "withdrawn"),
  file_check_begun: (session, fact) => file(session, fact.file, "checking"),
  file_arrived: (session, fact) => file(session, fact.file, "arrived"),
  file_refused: (session, fact) => file(session, fact.file, "refused"),
  dropped: (session, fact) => ({ gone: { ...session.gone, [fact.party]: fact.since } }),
  came_back: (session, fact) => gone(session, (party) => party !== fact.party),
  survey_submitted: () => ({ survey: "done" }),
  survey_skipped: () => ({ survey: "skipped" }),
  texts_erased: () => ({ erased: true }),
  wiped: () => ({ erased: true, deleted: true, survey: "none" }),
};
