import { t } from "@deskside/browser/catalogue";
import type { Transcript } from "@deskside/browser/transcript";
import { Button } from "@mantine/core";
import { useRef } from "react";
import type { Preferences } from "./preferences.ts";
import { AskingState, ScreenRequests } from "./screen_asking.tsx";
import { ScreenPicture } from "./screen_picture.tsx";
import { rightsOf } from "./screen_rights.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface RegionProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
  readonly preferences: Preferences;
  /** Whether this is the picture's own window. */
  readonly isOut?: boolean;
}

/** The customer's screen: the picture, or in words why there is none. */
export function ScreenRegion({ workplace, preferences, transcript, isOut = false }: RegionProps) {
  const { session } = useStore(transcript.view);
  const { out } = useStore(workplace.screens.state);
  const { widePicture } = useStore(preferences.layout);
  const region = useRef<HTMLElement>(null);
  const rights = rightsOf(session, workplace.account.party);
  const isElsewhere = !isOut && out.includes(session.id);
  const isWatched = Boolean(rights.view && session.sharing) && !isElsewhere;
  return (
    <section className="screen" aria-label={t("Screen")} ref={region}>
      {isWatched ? (
        <ScreenPicture
          workplace={workplace}
          preferences={preferences}
          session={session}
          region={region}
          isOut={isOut}
        />
      ) : (
        <>
          <div className="screen-bar" role="toolbar" aria-label={t("Screen")}>
            <ScreenRequests workplace={workplace} session={session} />
            {!isOut && widePicture && (
              <Button
                variant="subtle"
                size="compact-sm"
                onClick={() => preferences.layout.patch({ widePicture: false })}
              >
                {t("Show the lists")}
              </Button>
            )}
          </div>
          <div className="screen-nothing" role="status">
            {isElsewhere ? (
              <>
                <p>{t("The picture is in a window of its own.")}</p>
                <Button variant="default" onClick={() => workplace.screens.bringBack(session.id)}>
                  {t("Show it here")}
                </Button>
              </>
            ) : (
              <p>{nothingText(Boolean(session.sharing), rights.open)}</p>
            )}
          </div>
        </>
      )}
      {isOut && <AskingState workplace={workplace} transcript={transcript} />}
    </section>
  );
}

function nothingText(isShared: boolean, isAllowed: boolean): string {
  if (isShared) return t("The customer shares the screen, but you may not see it.");
  return isAllowed
    ? t("The customer agreed and now chooses what to show.")
    : t("Nothing is shared at the moment.");
}
