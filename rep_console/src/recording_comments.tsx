import { t } from "@deskside/browser/catalogue";
import type { RecordingPlayer } from "@deskside/browser/recording_player";
import { stopwatch } from "@deskside/browser/times";
import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { Icon } from "./icons.tsx";
import { removeComment, writeComment } from "./reviews.ts";
import type { BesideState } from "./use_beside.ts";
import { useStore } from "./use_store.ts";

interface CommentsProps {
  readonly player: RecordingPlayer;
  readonly recording: string;
  readonly me: string;
  readonly state: BesideState;
}

/** What officers wrote, each line tied to a second. */
export function RecordingComments({ player, recording, me, state }: CommentsProps) {
  const { beside, act } = state;
  return (
    <div className="reel-pane">
      <CommentForm player={player} write={(at, text) => act(writeComment(recording, at, text))} />
      {beside?.comments.length === 0 && (
        <p className="reel-empty">{t("Nobody has written a comment yet.")}</p>
      )}
      <ul className="reel-comments" aria-label={t("Comments")}>
        {beside?.comments.map(({ id, at, by, name, text }) => (
          <li className="reel-comment" key={id}>
            <button className="reel-comment-words" onClick={() => void player.seek(at)}>
              <span className="reel-comment-time">{clock(at)}</span>
              <span className="reel-said-words">
                <span className="reel-said-by">{name}</span>
                <span className="words">{text}</span>
              </span>
            </button>
            {by === me && (
              <button
                className="reel-comment-remove"
                aria-label={t("Remove")}
                title={t("Remove")}
                onClick={() => void act(removeComment(id))}
              >
                <Icon name="trash" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface FormProps {
  readonly player: RecordingPlayer;
  readonly write: (at: number, text: string) => Promise<boolean>;
}

function CommentForm({ player, write }: FormProps) {
  const { at } = useStore(player.state);
  const [text, setText] = useState("");
  /** Where it was when somebody began to write: the film may run on meanwhile. */
  const [since, setSince] = useState<number | null>(null);
  const second = since ?? at;
  const send = async () => {
    if (!text.trim()) return;
    if (await write(second, text.trim())) {
      setText("");
      setSince(null);
    }
  };
  return (
    <form
      className="reel-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Textarea
        label={t("Comment")}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={2000}
        value={text}
        onChange={({ currentTarget }) => {
          if (!text) setSince(player.state.get().at);
          if (!currentTarget.value) setSince(null);
          setText(currentTarget.value);
        }}
      />
      <Button type="submit" size="compact-sm" disabled={!text.trim()}>
        {t("Comment at {time}", { time: clock(second) })}
      </Button>
    </form>
  );
}

function clock(ms: number): string {
  return stopwatch(Math.floor(ms / 1000) * 1000);
}
