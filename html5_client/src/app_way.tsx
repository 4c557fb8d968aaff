import { makeAppCode } from "@deskside/browser/api";
import { language, t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { useEffect, useId, useState } from "preact/hooks";
import { useArrival } from "./use_arrival.ts";
import type { Visit } from "./visit.ts";

/** A code lives ten minutes; whoever presses after a while still gets a good one. */
const RENEW_MS = 5 * 60_000;
const AGAIN_MS = 5_000;

/** Say whether there is an app for the system that this browser runs on. */
export function hasApp(visit: Visit, browser = navigator.userAgent): boolean {
  const { app } = visit.state.get().site;
  if (/Android|iPhone|iPad/.test(browser)) return false;
  if (app === "Linux") return /Linux|X11/.test(browser);
  return app === "Windows"
    ? browser.includes("Windows")
    : app === "Darwin" && browser.includes("Mac");
}

interface Props {
  readonly visit: Visit;
  readonly session: Session;
}

/** The way into the app: a rep suggests it, or the customer wants it. */
export function AppWay({ visit, session }: Props) {
  const title = useId();
  const text = useId();
  const [fetched, setFetched] = useState(false);
  // The heading, so that no key pressed by accident fetches anything.
  const heading = useArrival<HTMLHeadingElement>();
  const possible = hasApp(visit);
  const name = session.names[session.app_offered] ?? "";
  const stay = () => {
    visit.wantsApp.set(false);
    if (session.app_offered) void visit.ask({ type: "decline_app" });
  };
  return (
    <section class="grant-question" role="region" aria-labelledby={title} aria-describedby={text}>
      <h2 class="title" id={title} tabIndex={-1} ref={heading}>
        {name ? t("{name} suggests that you go on in the app", { name }) : t("Go on in the app")}
      </h2>
      <div id={text} role="status">
        {fetched ? (
          <p>
            {t(
              "Start the app when it has been downloaded: this chat then goes on there. Until then go on here.",
            )}
          </p>
        ) : (
          <p>{possible ? whatFor() : noApp()}</p>
        )}
      </div>
      <div class="row">
        <button class="button" onClick={stay}>
          {t("Stay in the browser")}
        </button>
        {possible && <Download visit={visit} session={session} onOpen={() => setFetched(true)} />}
      </div>
    </section>
  );
}

function whatFor(): string {
  return t(
    "There you can also let us help with mouse and keyboard, if you want. Nothing is installed, and the app removes itself afterwards.",
  );
}

function noApp(): string {
  return t(
    "There is no app for this device yet. You can chat and show your screen from your browser.",
  );
}

/** A link, because a tab that a script opens may be held back. */
function Download({ visit, session, onOpen }: Props & { onOpen: () => void }) {
  const [code, setCode] = useState("");
  useEffect(() => {
    let current = true;
    let timer = 0;
    const renew = () => {
      makeAppCode(visit.token, session.id).then(
        (next) => {
          if (!current) return;
          setCode(next);
          timer = window.setTimeout(renew, RENEW_MS);
        },
        () => {
          if (current) timer = window.setTimeout(renew, AGAIN_MS);
        },
      );
    };
    renew();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [visit, session.id]);
  if (!code) {
    return (
      <span class="button button-main" aria-busy="true">
        {t("Download the app")}
      </span>
    );
  }
  return (
    <a
      class="button button-main"
      href={`/download?code=${code}&lang=${language()}&chat=on`}
      target="_blank"
      rel="noopener"
      onClick={onOpen}
    >
      {t("Download the app")}
    </a>
  );
}

/** The session is in the app: says so, and how it comes back. */
export function InTheApp({ visit }: { visit: Visit }) {
  const [asked, setAsked] = useState(false);
  const title = useId();
  const heading = useArrival<HTMLHeadingElement>();
  const back = () => {
    setAsked(true);
    void visit.ask({ type: "move_to", where: "page" }).then(() => setAsked(false));
  };
  return (
    <section class="grant-question" aria-labelledby={title}>
      <h2 class="title" id={title} tabIndex={-1} ref={heading}>
        {t("This chat goes on in the app")}
      </h2>
      <p>
        {t(
          "You find everything there that was said here. You can close this page, or keep it: if the app is gone, go on here.",
        )}
      </p>
      <div class="row">
        <button class="button" disabled={asked} onClick={back}>
          {t("Go on here")}
        </button>
      </div>
    </section>
  );
}
