import { t } from "@deskside/browser/catalogue";
import { useEffect, useState } from "react";
import { callText } from "./call_text.ts";
import { TrailList } from "./review_trail.tsx";
import { getInbox, getTrail } from "./reviews.ts";
import type { Inbox, Step } from "./reviews.ts";

interface TrailProps {
  readonly recording: string;
  /** In ms. */
  readonly length: number;
  /** Another one: something was done, so look again. */
  readonly stamp: unknown;
}

/** Who watched which part of a recording, and what was done with it. */
export function RecordingTrail({ recording, length, stamp }: TrailProps) {
  const [steps, setSteps] = useState<readonly Step[] | null>(null);
  const [officers, setOfficers] = useState<Inbox["officers"]>([]);
  const [fault, setFault] = useState("");
  useEffect(() => {
    let isWanted = true;
    Promise.all([getTrail(recording), getInbox("mine")]).then(
      ([trail, inbox]) => {
        if (!isWanted) return;
        setSteps(trail.steps);
        setOfficers(inbox.officers);
      },
      (error: unknown) => isWanted && setFault(callText(error)),
    );
    return () => {
      isWanted = false;
    };
  }, [recording, stamp]);
  if (fault) return <p role="alert">{fault}</p>;
  if (!steps) return <p className="reel-hint">{t("One moment…")}</p>;
  return <TrailList steps={steps} officers={officers} length={length} />;
}
