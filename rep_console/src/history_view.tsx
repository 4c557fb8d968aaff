import { t } from "@deskside/browser/catalogue";
import { timeOfDay } from "@deskside/browser/times";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { Avatar } from "./avatar.tsx";
import { endingText } from "./happenings.ts";
import { EVERYTHING } from "./history.ts";
import type { Past, Wanted } from "./history.ts";
import { Icon } from "./icons.tsx";
import { PastSession } from "./past_session.tsx";
import { hrefOf } from "./route.ts";
import { useHistory } from "./use_history.ts";
import { useStore } from "./use_store.ts";
import type { ViewProps } from "./views.tsx";
import type { Workplace } from "./workplace.ts";

const DAY_MS = 24 * 3_600_000;

/** Ended sessions: found as one types, opened beside the list. */
export function HistoryView({ workplace, rest }: ViewProps) {
  const [wanted, setWanted] = useState<Wanted>(EVERYTHING);
  const { sessions, next, state, again, more } = useHistory(wanted);
  return (
    <div className="master">
      <section className="master-list" aria-label={t("Ended sessions")}>
        <Filters workplace={workplace} wanted={wanted} change={setWanted} />
        {state === "failed" && (
          <p className="panel-empty" role="alert">
            {t("The server cannot be reached. Please try again.")}
          </p>
        )}
        {state === "found" && sessions.length === 0 && (
          <p className="panel-empty">{t("Nothing found.")}</p>
        )}
        <ul className="cards">
          {sessions.map((past) => (
            <li key={past.session}>
              <PastCard workplace={workplace} past={past} isOpen={past.session === rest} />
            </li>
          ))}
          {next && (
            <li className="cards-more">
              <Button variant="default" size="compact-sm" onClick={() => void more()}>
                {t("Show more")}
              </Button>
            </li>
          )}
        </ul>
      </section>
      {rest ? (
        <PastSession
          key={rest}
          workplace={workplace}
          session={rest}
          name={sessions.find(({ session }) => session === rest)?.name ?? ""}
          onDeleted={() => void again()}
        />
      ) : (
        <div className="nothing-open">{t("Choose a session to read it.")}</div>
      )}
    </div>
  );
}

interface FiltersProps {
  readonly workplace: Workplace;
  readonly wanted: Wanted;
  readonly change: (wanted: Wanted) => void;
}

function Filters({ workplace, wanted, change }: FiltersProps) {
  const set = (part: Partial<Wanted>) => change({ ...wanted, ...part });
  const { account, issues } = workplace;
  const { colleagues } = useStore(workplace.state);
  const others = new Map(
    Object.values(colleagues)
      .flat()
      .filter(({ rep }) => rep !== account.party)
      .map(({ rep, name }) => [rep, name]),
  );
  const any = (label: string) => ({ value: "", label });
  return (
    <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <TextInput
        aria-label={t("Search")}
        placeholder={t("Search names and words…")}
        leftSection={<Icon name="search" />}
        autoFocus
        maxLength={200}
        value={wanted.q}
        onChange={(event) => set({ q: event.currentTarget.value })}
      />
      <div className="filters-row">
        <NativeSelect
          size="xs"
          aria-label={t("Time")}
          data={[
            any(t("Any time")),
            { value: "1", label: t("Last day") },
            { value: "7", label: t("Last 7 days") },
            { value: "30", label: t("Last 30 days") },
          ]}
          onChange={(event) => {
            const days = Number(event.currentTarget.value);
            set({ since: days ? workplace.link.now() - days * DAY_MS : 0 });
          }}
        />
        <NativeSelect
          size="xs"
          aria-label={t("Rep")}
          value={wanted.rep}
          data={[
            any(t("All reps")),
            { value: account.party, label: t("Only mine") },
            ...[...others]
              .map(([value, label]) => ({ value, label }))
              .toSorted((one, other) => one.label.localeCompare(other.label)),
          ]}
          onChange={(event) => set({ rep: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          aria-label={t("Issue")}
          value={wanted.issue}
          data={[
            any(t("All issues")),
            ...issues.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(event) => set({ issue: event.currentTarget.value })}
        />
      </div>
    </form>
  );
}

interface PastProps {
  readonly workplace: Workplace;
  readonly past: Past;
  readonly isOpen: boolean;
}

function PastCard({ workplace, past, isOpen }: PastProps) {
  const about = [workplace.issueName(past.issue), workplace.nameOf(past.rep)].filter(Boolean);
  return (
    <a
      className="past"
      href={hrefOf("history", past.session)}
      aria-current={isOpen ? "true" : undefined}
    >
      <Avatar name={past.name} hue={190} />
      <span className="session-words">
        <span className="session-name">{past.name || t("Without a name")}</span>
        <span className="session-last">{past.line || endingText(past.ending)}</span>
        <span className="session-last">{about.join(" · ")}</span>
      </span>
      <span className="past-time">{timeOfDay(past.opened_at, workplace.link.now())}</span>
    </a>
  );
}
