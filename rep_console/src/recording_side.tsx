import { t } from "@deskside/browser/catalogue";
import { Tabs } from "@mantine/core";
import { useEffect } from "react";
import type { Setting } from "./happenings.ts";
import { RecordingComments } from "./recording_comments.tsx";
import type { Moment } from "./recording_moments.ts";
import { RecordingTranscript } from "./recording_transcript.tsx";
import { RecordingVerdict } from "./recording_verdict.tsx";
import { useBeside } from "./use_beside.ts";
import type { Reel } from "./use_recording.ts";
import type { Workplace } from "./workplace.ts";

export interface SideProps {
  readonly workplace: Workplace;
  readonly reel: Reel;
  readonly moments: readonly Moment[];
  readonly setting: Setting;
  /** Called with the times of all comments, in ms, when they are known. */
  readonly onComments: (times: readonly number[]) => void;
}

/** What stands beside a recording: what was said, what officers wrote, and what they decided. */
export function RecordingSide({ workplace, reel, moments, setting, onComments }: SideProps) {
  const { player, recorded } = reel;
  const state = useBeside(recorded.id);
  const comments = state.beside?.comments;
  useEffect(() => {
    if (comments) onComments(comments.map(({ at }) => at));
  }, [comments, onComments]);
  const me = workplace.account.party;
  return (
    <aside className="reel-side" aria-label={t("About the recording")}>
      <Tabs className="reel-tabs" defaultValue="transcript" keepMounted={false}>
        <Tabs.List grow>
          <Tabs.Tab value="transcript">{t("Transcript")}</Tabs.Tab>
          <Tabs.Tab value="comments">
            {t("Comments")}
            {comments && comments.length > 0 && (
              <span className="panel-count"> {comments.length}</span>
            )}
          </Tabs.Tab>
          <Tabs.Tab value="verdict">{t("Verdict")}</Tabs.Tab>
        </Tabs.List>
        {state.fault && (
          <p className="reel-fault" role="alert">
            {state.fault}
          </p>
        )}
        <Tabs.Panel value="transcript">
          <RecordingTranscript player={player} moments={moments} setting={setting} />
        </Tabs.Panel>
        <Tabs.Panel value="comments">
          <RecordingComments player={player} recording={recorded.id} me={me} state={state} />
        </Tabs.Panel>
        <Tabs.Panel value="verdict">
          <RecordingVerdict
            recording={recorded.id}
            me={me}
            length={reel.index.length}
            state={state}
          />
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}
