import { plural, t } from "@deskside/browser/catalogue";
import { timeOfDay } from "@deskside/browser/times";
import { useEffect } from "react";
import type { Earlier, Visit } from "./contacts.ts";
import { endingText } from "./happenings.ts";
import { Icon } from "./icons.tsx";
import { hrefOf } from "./route.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface EarlierProps {
  readonly workplace: Workplace;
  readonly session: string;
}

/** How many are listed beside a conversation; the contact has them all. */
const LISTED = 5;

function useEarlier(workplace: Workplace, session: string): Earlier | undefined {
  useEffect(() => workplace.people.lookUp(session), [workplace, session]);
  return useStore(workplace.people.earlier)[session];
}

/** How often somebody was here before, in a word or two; nothing for who is new. */
export function EarlierCount({
  workplace,
  session,
  isShort = false,
}: EarlierProps & { readonly isShort?: boolean }) {
  const earlier = useEarlier(workplace, session);
  const [last] = earlier?.sessions ?? [];
  if (!earlier || !last) return null;
  const text = plural(earlier.count, "{count} visit before", "{count} visits before");
  return (
    <a
      className="earlier-count"
      href={hrefOf("history", last.session)}
      aria-label={text}
      title={t("Last time: {issue}", { issue: workplace.issueName(last.issue) })}
    >
      <Icon name="history" />
      {isShort ? earlier.count : text}
    </a>
  );
}

/** What the customer was here for before, each one click from its transcript. */
export function EarlierVisits({ workplace, session }: EarlierProps) {
  const earlier = useEarlier(workplace, session);
  if (!earlier) return null;
  const more = earlier.count - LISTED;
  return (
    <section className="earlier" aria-label={t("Earlier visits")}>
      <h3 className="earlier-title">
        {t("Earlier visits")}
        {earlier.count > 0 && <span className="earlier-number">{earlier.count}</span>}
      </h3>
      {earlier.count === 0 && <p className="earlier-none">{t("None that we know of.")}</p>}
      <ul>
        {earlier.sessions.slice(0, LISTED).map((visit) => (
          <li key={visit.session}>
            <VisitLink workplace={workplace} visit={visit} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <a className="earlier-more" href={hrefOf("contacts", session)}>
          {plural(more, "{count} more", "{count} more")}
        </a>
      )}
    </section>
  );
}

/** A session of somebody's, and where to read it. */
export function VisitLink({ workplace, visit }: { workplace: Workplace; visit: Visit }) {
  const ended = visit.state === "ended";
  const mine = workplace.state.get().mine.some(({ id }) => id === visit.session);
  const words = (
    <>
      <span className="visit-issue">{workplace.issueName(visit.issue)}</span>
      <span className="visit-about">
        {[
          timeOfDay(visit.opened_at, workplace.link.now()),
          workplace.nameOf(visit.rep),
          visit.ending ? endingText(visit.ending) : t("Not ended yet"),
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
      {visit.known_by === "email" && (
        <span className="visit-about">{t("Known by the address only")}</span>
      )}
    </>
  );
  // What goes on is read where it goes on.
  if (!ended && !mine) return <div className="visit">{words}</div>;
  return (
    <a className="visit" href={hrefOf(ended ? "history" : "sessions", visit.session)}>
      {words}
    </a>
  );
}
