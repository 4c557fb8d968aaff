import { plural, t } from "@deskside/browser/catalogue";
import { Badge, Button } from "@mantine/core";
import { Icon } from "./icons.tsx";
import { ReviewCard } from "./review_card.tsx";
import { ReviewRules } from "./review_rules.tsx";
import { ReviewTrails } from "./review_trail.tsx";
import type { Shelf } from "./reviews.ts";
import { hrefOf } from "./route.ts";
import { useInbox } from "./use_inbox.ts";
import type { InboxState } from "./use_inbox.ts";
import { useRecordingPeople } from "./use_recordings.ts";
import type { ViewProps } from "./views.tsx";
import type { Workplace } from "./workplace.ts";

const SHELVES: readonly Shelf[] = ["waiting", "mine", "done"];

/** How much waits for this officer, beside the view's name. */
export function ReviewsCount() {
  const { inbox } = useInbox("mine");
  const count = inbox ? inbox.mine + inbox.free : 0;
  if (!count) return null;
  const label = plural(count, "{count} recording to review", "{count} recordings to review");
  return (
    <Badge className="inbox-count" size="sm" circle={count < 10} aria-label={label}>
      {count > 99 ? "99+" : count}
    </Badge>
  );
}

/** What officers are to look at, what brings it there, and who has watched what. */
export function ReviewsView({ workplace, rest }: ViewProps) {
  const shelf = SHELVES.find((each) => each === rest) ?? "waiting";
  const state = useInbox(shelf);
  return (
    <div className="page reviews">
      <Shelves place={rest || "waiting"} state={state} />
      {rest === "rules" ? (
        <ReviewRules workplace={workplace} />
      ) : rest === "trail" ? (
        <ReviewTrails officers={state.inbox?.officers ?? []} />
      ) : (
        <ShelfList key={shelf} workplace={workplace} shelf={shelf} state={state} />
      )}
    </div>
  );
}

function Shelves({ place, state }: { place: string; state: InboxState }) {
  const { inbox } = state;
  const rows: readonly (readonly [string, string, number])[] = [
    ["waiting", t("To review"), inbox?.waiting ?? 0],
    ["mine", t("Looked at by me"), inbox?.mine ?? 0],
    ["done", t("Reviewed"), 0],
    ["rules", t("Sampling rules"), 0],
    ["trail", t("Who watched what"), 0],
  ];
  return (
    <nav className="reviews-shelves" aria-label={t("Reviews")}>
      {rows.map(([path, label, count]) => (
        <a
          key={path}
          className={`reviews-shelf reviews-shelf-${path}`}
          href={hrefOf("reviews", path)}
          aria-current={path === place ? "page" : undefined}
        >
          {label}
          {count > 0 && <span className="reviews-count">{count}</span>}
        </a>
      ))}
    </nav>
  );
}

interface ListProps {
  readonly workplace: Workplace;
  readonly shelf: Shelf;
  readonly state: InboxState;
}

function ShelfList({ workplace, shelf, state }: ListProps) {
  const people = useRecordingPeople();
  const { inbox, fault, again } = state;
  return (
    <section className="reviews-list" aria-label={t("Recordings")} aria-busy={!inbox && !fault}>
      {fault && (
        <div className="reviews-fault" role="alert">
          <p>{fault}</p>
          <Button variant="default" size="compact-sm" onClick={again}>
            {t("Try again")}
          </Button>
        </div>
      )}
      {!inbox && !fault && <Ghosts />}
      {inbox?.reviews.length === 0 && <Nothing shelf={shelf} />}
      {inbox && inbox.reviews.length > 0 && (
        <ul className="reviews-cards">
          {inbox.reviews.map((listed) => (
            <li key={listed.recording.id}>
              <ReviewCard
                workplace={workplace}
                people={people}
                officers={inbox.officers}
                listed={listed}
                act={state.act}
              />
            </li>
          ))}
        </ul>
      )}
      {inbox && shelf === "waiting" && inbox.waiting > inbox.reviews.length && (
        <p className="reviews-hint">
          {t("The oldest {count} of {all} are shown.", {
            count: inbox.reviews.length,
            all: inbox.waiting,
          })}
        </p>
      )}
    </section>
  );
}

function Nothing({ shelf }: { shelf: Shelf }) {
  const texts: Readonly<Record<Shelf, string>> = {
    waiting: t("Everything is reviewed."),
    mine: t("You look at nothing at the moment."),
    done: t("No verdict has been given yet."),
  };
  return (
    <div className="finder-nothing">
      <Icon name="verdict" />
      <p>{texts[shelf]}</p>
      {shelf === "waiting" && (
        <>
          <p className="reviews-hint">
            {t("Rules bring recordings here by themselves, as a random sample or all of a kind.")}
          </p>
          <Button component="a" variant="default" href={hrefOf("reviews", "rules")}>
            {t("Sampling rules")}
          </Button>
        </>
      )}
    </div>
  );
}

/** Where cards will be in a moment. */
function Ghosts() {
  return (
    <ul className="reviews-cards" aria-label={t("One moment…")}>
      {[0, 1, 2, 3].map((each) => (
        <li className="finder-ghost" key={each} />
      ))}
    </ul>
  );
}
