import { language, t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { stopwatch, timeOfDay } from "@deskside/browser/times";
import type { Transcript } from "@deskside/browser/transcript";
import type { ReactNode } from "react";
import { customerOf } from "./customer.ts";
import { EarlierVisits } from "./earlier_visits.tsx";
import { FactsToggle } from "./facts_toggle.tsx";
import type { Preferences } from "./preferences.ts";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface FactsProps {
  readonly workplace: Workplace;
  readonly preferences: Preferences;
  readonly transcript: Transcript;
}

/** What is known of the customer and the case. All of it comes from strangers: text, no more. */
export function CustomerFacts({ workplace, preferences, transcript }: FactsProps) {
  const view = useStore(transcript.view);
  const now = useNow(workplace.link);
  const { session } = view;
  const { name, email, page, device } = customerOf(view);
  const agreed = view.entries.find(({ fact }) => fact.type === "agreement_accepted")?.fact.at;
  const until = session.ended_at || now;
  const colleagues = [session.owner, ...session.joined].filter(Boolean);
  return (
    <aside className="facts" aria-label={t("Customer")}>
      <h2 className="panel-title">
        {t("Customer")}
        <FactsToggle preferences={preferences} />
      </h2>
      <dl>
        <Row name={t("Name")}>{name}</Row>
        <Row name={t("E-mail")}>{email}</Row>
        <Row name={t("Issue")}>{workplace.issueName(session.issue)}</Row>
        <Row name={t("Language")}>{languageName(session.language)}</Row>
        <Row name={t("Browser")}>{device}</Row>
        <Row name={t("Page")}>
          {page && (
            <a href={page} target="_blank" rel="noopener noreferrer nofollow">
              {page}
            </a>
          )}
        </Row>
        <Row name={t("Agreement")}>
          {agreed !== undefined && t("Accepted, {time}", { time: timeOfDay(agreed, now) })}
        </Row>
        <Row name={t("Recording")}>{recordingText(session)}</Row>
        <Row name={t("Team")}>{workplace.teamName(session.team)}</Row>
        <Row name={t("Reps")}>{colleagues.map((rep) => session.names[rep] ?? "").join(", ")}</Row>
        <Row name={t("Started")}>{timeOfDay(session.opened_at, now)}</Row>
        <Row name={t("Waited")}>
          {session.accepted_at > 0 && stopwatch(session.accepted_at - session.waiting_since)}
        </Row>
        <Row name={t("Talking for")}>
          {session.accepted_at > 0 && stopwatch(until - session.accepted_at)}
        </Row>
        <Row name={t("Session")}>
          <code>{session.id}</code>
        </Row>
      </dl>
      <EarlierVisits key={session.id} workplace={workplace} session={session.id} />
    </aside>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function languageName(code: string): string {
  return new Intl.DisplayNames([language()], { type: "language" }).of(code) ?? code;
}

function recordingText({ recording, recording_paused: paused, rules }: Session): string {
  if (recording === "allowed") return paused ? t("Allowed, paused") : t("Allowed");
  if (recording === "off") return rules.recording_asked ? t("Not answered yet") : t("Off");
  return recording === "refused" ? t("Refused") : t("Withdrawn");
}
