import { language, t } from "@deskside/browser/catalogue";
import { pauseOf } from "@deskside/browser/pauses";
import type { Session } from "@deskside/browser/contract";
import { timeOfDay } from "@deskside/browser/times";
import type { Entry, Transcript } from "@deskside/browser/transcript";
import { DirectCode } from "./direct_code.tsx";
import { OwnWindow } from "./own_window.tsx";
import { problemText, watchersText } from "./screen_words.ts";
import { canShare, mayPick } from "./sharing.ts";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

interface Props {
  readonly visit: Visit;
  readonly transcript: Transcript;
}

/** Above the chat while something is shared: who sees it, since when, and the way to stop. */
export function SharingBanner({ visit, transcript }: Props) {
  const { session, entries } = useStore(transcript.view);
  const { here, starting, problem, direct } = useStore(visit.sharing.state);
  return (
    <>
      {session.sharing && (
        <section class="sharing" aria-label={t("Shared screen")}>
          <div class="sharing-text">
            <p class="sharing-who" role="status">
              {sharingText(session)}
            </p>
            <Since visit={visit} session={session} entries={entries} />
            {here && visit.frame && (
              <p class="sharing-since">{t("Sharing ends when you leave this page.")}</p>
            )}
          </div>
          <div class="sharing-actions">
            {here && canShare() && (
              <button
                class="button sharing-change"
                disabled={starting}
                onClick={() => void visit.sharing.share()}
              >
                {t("Change sharing")}
              </button>
            )}
            <button class="button sharing-stop" onClick={() => visit.sharing.stop()}>
              {t("Stop sharing")}
            </button>
          </div>
        </section>
      )}
      {direct?.code && <DirectCode visit={visit} session={session} direct={direct} />}
      {problem && (
        <section class="sharing-problem" role="alert">
          <p>{problemText(problem)}</p>
          {problem === "refused_in_frame" && (
            <OwnWindow visit={visit} label={t("Open in its own tab")} />
          )}
          <button class="button" onClick={() => visit.sharing.forgetProblem()}>
            {t("Close")}
          </button>
        </section>
      )}
    </>
  );
}

function sharingText(session: Session): string {
  const names = watchersText(session, language());
  if (session.sharing_paused) {
    return t("Sharing is paused because it cannot be recorded at the moment.");
  }
  return names
    ? t("Your screen can be seen by {names}", { names })
    : t("Nobody can see your screen at the moment");
}

function Since({
  visit,
  session,
  entries,
}: Omit<Props, "transcript"> & {
  readonly session: Session;
  readonly entries: readonly Entry[];
}) {
  const { open, here, direct } = useStore(visit.sharing.state);
  const now = useNow(visit.link);
  const began = entries.findLast(({ fact }) => fact.type === "screen_shared")?.fact.at ?? now;
  const parts = [
    t("since {time}", { time: timeOfDay(began, now) }),
    session.recording === "allowed" && !session.recording_paused
      ? t("recorded")
      : t("not recorded"),
    ...(direct ? [t("direct")] : []),
    ...(here && !open ? [t("reconnecting…")] : []),
  ];
  return <p class="sharing-since">{parts.join(" · ")}</p>;
}

/** Says that nothing is recorded now, by whose wish and why. */
export function PauseBanner({ visit, transcript }: Props) {
  const view = useStore(transcript.view);
  const now = useNow(visit.link);
  const pause = pauseOf(view);
  if (!pause) return null;
  const name = view.session.names[pause.by] ?? "";
  const time = timeOfDay(pause.since, now);
  return (
    <section class="sharing" aria-label={t("Recording is paused")}>
      <div class="sharing-text">
        <p class="sharing-who" role="status">
          {pause.why
            ? t("Recording is paused by {name}: {why}", { name, why: pause.why })
            : t("Recording is paused by {name}.", { name })}
        </p>
        <p class="sharing-since">
          {pause.viewed
            ? t("Nothing is recorded since {time}. {name} still sees what you share.", {
                time,
                name,
              })
            : t("Nothing is recorded since {time}, and {name} does not see your screen.", {
                time,
                name,
              })}
        </p>
      </div>
    </section>
  );
}

/** The way to show one's screen; in a frame that may not, it leads to a tab of our own. */
export function ShareButton({ visit, session }: { visit: Visit; session: Session }) {
  const { starting } = useStore(visit.sharing.state);
  if (session.state !== "talking" || session.sharing || isForbidden(session)) return null;
  if (!mayPick(visit.frame !== null)) {
    return <OwnWindow visit={visit} label={t("Share my screen")} />;
  }
  return (
    <button
      class="button sharing-start"
      disabled={starting}
      onClick={() => void visit.sharing.share()}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M2.500 4h15v9.500h-15zM7 17h6M10 11.500V6.500M7.800 8.500 10 6.300l2.200 2.200" />
      </svg>
      {t("Share my screen")}
    </button>
  );
}

/** Whoever refused to be recorded shows no screen, where the site wants it so. */
function isForbidden({ recording, rules }: Session): boolean {
  const isRefused = recording === "refused" || recording === "withdrawn";
  return isRefused && rules.refusal_policy === "no_screen";
}
