/** What officers make of recordings: comments, verdicts, holds, and the inbox. */
import { call } from "@deskside/browser/api";
import type { Choice } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import type { Recorded } from "./recordings.ts";

export type Verdict = "fine" | "concern" | "breach";
export const VERDICTS: readonly Verdict[] = ["fine", "concern", "breach"];

export interface Comment {
  readonly id: string;
  /** In ms from the recording's beginning. */
  readonly at: number;
  readonly by: string;
  readonly name: string;
  readonly made_at: number;
  readonly text: string;
}

export interface Review {
  readonly recording: string;
  readonly why: string;
  readonly state: "open" | "taken" | "second" | "done";
  readonly reviewer: string;
  readonly reviewer_name: string;
  readonly verdict: Verdict | "";
  readonly note: string;
  readonly second: string;
  readonly second_name: string;
  readonly second_verdict: Verdict | "";
  readonly second_note: string;
  readonly made_at: number;
}

export interface Hold {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly at: number;
  /** 0 while it holds. */
  readonly released_at: number;
  readonly released_name: string;
}

export interface Beside {
  readonly comments: readonly Comment[];
  readonly review: Review | null;
  readonly holds: readonly Hold[];
}

export type RuleKind = "share" | "files" | "control" | "refused";
export const RULE_KINDS: readonly RuleKind[] = ["share", "files", "control", "refused"];

export interface WantedRule {
  readonly kind: RuleKind;
  /** Of a share; 100 for the rest. */
  readonly percent: number;
  /** Empty: all teams. */
  readonly team: string;
  /** Whether two officers have to look. */
  readonly second: boolean;
}

export interface Rule extends WantedRule {
  readonly id: string;
}

/** Of `ended` sessions of the last `days`, a rule would have brought `taken`. */
export interface Preview {
  readonly days: number;
  readonly ended: number;
  readonly taken: number;
}

export interface Listed {
  readonly review: Review;
  readonly recording: Recorded;
}

export type Shelf = "waiting" | "mine" | "done";

export interface Inbox {
  readonly reviews: readonly Listed[];
  /** How many are not done, looked at by oneself, and anybody's to take. */
  readonly waiting: number;
  readonly mine: number;
  readonly free: number;
  readonly officers: readonly Choice[];
}

/** What somebody, or the site by itself, did with a recording or with rules. */
export interface Step {
  readonly at: number;
  readonly who: string;
  readonly name: string;
  readonly what: string;
  readonly recording: string;
  readonly customer: string;
  readonly detail: string;
  /** What was watched, in ms of the recording. */
  readonly spans: readonly (readonly [number, number])[];
}

export interface Trail {
  readonly steps: readonly Step[];
  /** What to ask for more with; 0 at the end. */
  readonly next: number;
}

export function getBeside(recording: string): Promise<Beside> {
  return call("GET", `/v1/recordings/${encodeURIComponent(recording)}/beside`);
}

export function writeComment(recording: string, at: number, text: string): Promise<unknown> {
  return call("POST", "/v1/recording-comments", { recording, at: Math.floor(at), text });
}

export function removeComment(id: string): Promise<unknown> {
  return call("POST", `/v1/recording-comments/${encodeURIComponent(id)}/remove`);
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly note: string;
  readonly second: boolean;
}

export function judge(recording: string, judgement: Judgement): Promise<unknown> {
  return call("POST", "/v1/recording-verdicts", { recording, ...judgement });
}

export function takeReview(recording: string): Promise<unknown> {
  return call("POST", `/v1/recordings/${encodeURIComponent(recording)}/take`);
}

export function putHold(recording: string, why: string): Promise<unknown> {
  return call("POST", "/v1/recording-holds", { recording, why });
}

export function releaseHold(id: string): Promise<unknown> {
  return call("POST", `/v1/recording-holds/${encodeURIComponent(id)}/release`);
}

const SHELVES: Readonly<Record<Shelf, string>> = {
  waiting: "",
  mine: "?mine=true",
  done: "?state=done",
};

export function getInbox(shelf: Shelf): Promise<Inbox> {
  return call("GET", `/v1/reviews${SHELVES[shelf]}`);
}

/** Have an officer look at a recording, or nobody in particular where `officer` is empty. */
export function assignReview(recording: string, officer: string): Promise<unknown> {
  return call("POST", "/v1/review-assignments", { recording, officer });
}

export function getTrail(recording: string): Promise<Trail> {
  return call("GET", `/v1/recordings/${encodeURIComponent(recording)}/trail`);
}

export function getTrails(who: string, before = 0): Promise<Trail> {
  return call("GET", `/v1/recording-trails?who=${encodeURIComponent(who)}&before=${before}`);
}

export async function getRules(): Promise<readonly Rule[]> {
  return (await call<{ rules: readonly Rule[] }>("GET", "/v1/review-rules")).rules;
}

export function previewRule({ kind, percent, team, second }: WantedRule): Promise<Preview> {
  const asked = new URLSearchParams({ kind, percent: String(percent), team, second: `${second}` });
  return call("GET", `/v1/review-rule-preview?${asked.toString()}`);
}

export function makeRule(rule: WantedRule): Promise<unknown> {
  return call("POST", "/v1/review-rules", rule);
}

export function changeRule(id: string, rule: WantedRule): Promise<unknown> {
  return call("POST", "/v1/review-rules/change", { id, ...rule });
}

export function endRule(id: string): Promise<unknown> {
  return call("POST", `/v1/review-rules/${encodeURIComponent(id)}/end`);
}

export function verdictText(verdict: Verdict): string {
  return VERDICT_TEXTS[verdict]();
}

const VERDICT_TEXTS: Readonly<Record<Verdict, () => string>> = {
  fine: () => t("In order"),
  concern: () => t("A concern"),
  breach: () => t("A breach"),
};

/** Return why a recording is in the inbox. */
export function whyText(why: string): string {
  const kind = why.replace("+", "");
  return Object.hasOwn(WHYS, kind) ? (WHYS[kind]?.() ?? "") : "";
}

const WHYS: Readonly<Record<string, () => string>> = {
  share: () => t("Random sample"),
  files: () => t("Had files"),
  control: () => t("Had control"),
  refused: () => t("Recording refused"),
  asked: () => t("Looked at by choice"),
};
