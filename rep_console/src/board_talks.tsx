import { t } from "@deskside/browser/catalogue";
import type { Session, Talk } from "@deskside/browser/contract";
import { stopwatch } from "@deskside/browser/times";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Confirmation } from "./confirmation.tsx";
import { Icon } from "./icons.tsx";
import { LONG_PAUSE_MS } from "./recording_pause.tsx";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface TalksProps {
  readonly workplace: Workplace;
  readonly talks: readonly Talk[];
}

/** The sessions of a team in which is talked, to look into and to take over. */
export function BoardTalks({ workplace, talks }: TalksProps) {
  const now = useNow(workplace.link);
  const policies = new Set(talks.map(({ monitoring }) => monitoring));
  return (
    <section className="board-panel" aria-label={t("Active sessions")}>
      <h3 className="panel-title">
        {t("Active sessions")}
        {talks.length > 0 && <span className="panel-count">{talks.length}</span>}
      </h3>
      {talks.length === 0 ? (
        <p className="panel-empty">{t("Nobody is being helped right now.")}</p>
      ) : (
        <>
          {[...policies].map((policy) => (
            <p key={policy} className="board-policy">
              <Icon name="eye" />
              {POLICIES[policy]()}
            </p>
          ))}
          <table className="board-table">
            <thead>
              <tr>
                <th>{t("Customer")}</th>
                <th>{t("Rep")}</th>
                <th>{t("Length")}</th>
                <th>
                  <span className="visually-hidden">{t("Actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {talks.map((talk) => (
                <TalkRow key={talk.session} workplace={workplace} talk={talk} now={now} />
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

/** What looking in means here, as the site wanted it when the session opened. */
const POLICIES: Readonly<Record<Session["rules"]["monitoring"], () => string>> = {
  off: () => t("The site does not let leads look in. Taking over is seen by everybody."),
  announced: () => t("If you look in, customer and reps are told so."),
  silent: () => t("If you look in, neither customer nor reps are told."),
};

function TalkRow({ workplace, talk, now }: { workplace: Workplace; talk: Talk; now: number }) {
  const others = talk.joined.map((rep) => workplace.nameOf(rep)).filter(Boolean);
  const watching = talk.watched.map((rep) => workplace.nameOf(rep)).filter(Boolean);
  const about = [
    workplace.issueName(talk.issue),
    talk.language.toUpperCase(),
    talk.gone > 0 && t("The customer is away"),
  ];
  return (
    <tr>
      <td>
        <span className="board-name">{talk.name || t("Without a name")}</span>
        <span className="board-about">{about.filter(Boolean).join(" · ")}</span>
        {talk.unrecorded_since > 0 && (
          <span
            className={
              now - talk.unrecorded_since >= LONG_PAUSE_MS
                ? "board-paused board-paused-long"
                : "board-paused"
            }
          >
            {t("Recording paused for {time}", { time: stopwatch(now - talk.unrecorded_since) })}
          </span>
        )}
      </td>
      <td>
        <span>{[workplace.nameOf(talk.owner), ...others].join(", ")}</span>
        {watching.length > 0 && (
          <span className="board-about">
            {t("{name} is looking in", { name: watching.join(", ") })}
          </span>
        )}
      </td>
      <td className="board-number">
        <span role="timer" aria-label={t("Length")}>
          {stopwatch(now - talk.since)}
        </span>
      </td>
      <td>
        <TalkActions workplace={workplace} talk={talk} />
      </td>
    </tr>
  );
}

function TalkActions({ workplace, talk }: { workplace: Workplace; talk: Talk }) {
  const { open } = useStore(workplace.link.state);
  const [isTaking, setTaking] = useState(false);
  const me = workplace.account.party;
  const name = talk.name || t("Without a name");
  const isHere = [talk.owner, ...talk.joined, ...talk.watched].includes(me);
  const comeIn = (how: "monitor" | "take_over") => workplace.comeIn(how, talk.session);
  const show = () => workplace.turnTo(talk.session);
  return (
    <div className="board-actions">
      {isHere && (
        <Button size="compact-sm" variant="default" onClick={show}>
          {t("Show")}
        </Button>
      )}
      {!isHere && talk.monitoring !== "off" && (
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<Icon name="eye" />}
          disabled={!open}
          aria-label={t("Look in: {name}", { name })}
          onClick={() => void comeIn("monitor")}
        >
          {t("Look in")}
        </Button>
      )}
      {talk.owner !== me && (
        <Button
          size="compact-sm"
          variant="default"
          disabled={!open}
          aria-label={t("Take over: {name}", { name })}
          onClick={() => setTaking(true)}
        >
          {t("Take over")}
        </Button>
      )}
      <Confirmation
        opened={isTaking}
        close={() => setTaking(false)}
        title={t("Take the session over?")}
        text={t("You become responsible for {name}. {rep} stays in the session.", {
          name,
          rep: workplace.nameOf(talk.owner),
        })}
        action={t("Take over")}
        confirm={() => void comeIn("take_over")}
      />
    </div>
  );
}
