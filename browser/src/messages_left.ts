/** The calls around mail: leaving a message, a team's inbox, and the transcript by mail. */
import { call } from "./api.ts";

export interface LeftMessage {
  readonly id: string;
  readonly issue: string;
  readonly name: string;
  readonly email: string;
  readonly text: string;
  readonly language: string;
}

export interface InboxAnswer {
  readonly id: string;
  readonly by: string;
  readonly name: string;
  readonly at: number;
  readonly text: string;
  readonly mail: "waiting" | "sent" | "failed";
}

export interface InboxMessage extends LeftMessage {
  readonly team: string;
  readonly state: "open" | "done";
  readonly at: number;
  readonly taken_by: string;
  readonly taken_name: string;
  readonly answers: readonly InboxAnswer[];
}

export interface InboxPage {
  readonly messages: readonly InboxMessage[];
  /** Whether they can be answered by mail. */
  readonly mails: boolean;
}

/** Leave `message`; the same one sent again is still one. */
export function leaveMessage(message: LeftMessage, token: string): Promise<unknown> {
  return call("POST", "/v1/messages", message, token);
}

/** Delete every message that this visitor has left. */
export function eraseMessages(token: string): Promise<unknown> {
  return call("POST", "/v1/messages/erase", undefined, token);
}

export function mailTranscript(session: string, email: string, token: string): Promise<unknown> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return call("POST", "/v1/transcript-mails", { session, email, zone }, token);
}

export function readInbox(state: InboxMessage["state"]): Promise<InboxPage> {
  return call("GET", `/v1/inbox?state=${state}`);
}

export function handleMessage(id: string, how: "take" | "done" | "reopen"): Promise<InboxMessage> {
  return call("POST", `/v1/inbox/${encodeURIComponent(id)}/${how}`);
}

/** Answer by mail; the `last` answer puts the message away. */
export function answerMessage(answer: {
  id: string;
  message: string;
  text: string;
  last: boolean;
}): Promise<InboxMessage> {
  return call("POST", "/v1/inbox-answers", answer);
}
