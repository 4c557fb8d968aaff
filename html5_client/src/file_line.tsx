import { t } from "@deskside/browser/catalogue";
import {
  FAULTS,
  fileRefusalText,
  overText,
  paceText,
  sizeText,
} from "@deskside/browser/file_texts";
import type { Sending } from "@deskside/browser/sending";
import { safeName } from "@deskside/browser/file_names";
import { isHeld } from "@deskside/browser/session_files";
import type { SessionFiles, ShownFile } from "@deskside/browser/session_files";
import type { Session } from "@deskside/browser/contract";
import { useEffect, useState } from "preact/hooks";
import { FileSign } from "./file_sign.tsx";
import { useStore } from "./use_store.ts";

interface FileProps {
  readonly file: ShownFile;
  readonly files: SessionFiles;
  readonly session: Session;
  readonly isMine: boolean;
}

/** A file in the conversation: what it is, how far it is, and what one can do with it. */
export function FileCard({ file, files, session, isMine }: FileProps) {
  const ended = session.state === "ended";
  const preview = usePreview(file, files);
  return (
    <div class="file" role="group" aria-label={file.name || t("File")}>
      {preview && <img class="file-preview" src={preview} alt={file.name} />}
      <div class="file-about">
        <FileSign kind={file.kind} />
        <div class="file-words">
          <p class="file-name">{file.name || <i>{t("The name was erased.")}</i>}</p>
          <FileState file={file} files={files} isMine={isMine} ended={ended} />
        </div>
      </div>
      {isMine ? <Sent file={file} files={files} ended={ended} /> : null}
      {!isMine && !ended ? <Offered file={file} files={files} /> : null}
      {file.state === "arrived" && !file.erased && <Download file={file} files={files} />}
    </div>
  );
}

interface StateProps extends Pick<FileProps, "file" | "files" | "isMine"> {
  readonly ended: boolean;
}

/** How large a file is, and what has become of it. */
function FileState({ file, files, isMine, ended }: StateProps) {
  const sending = useStore(files.sent.sendings)[file.id];
  const coming = useStore(files.coming.coming)[file.id];
  const held = isHeld(sending, coming);
  return (
    <p class="file-state">
      {sizeText(file.size)} · {stateText(file, isMine, ended, held)}
    </p>
  );
}

/** The button that saves a file, and how far that is. */
function Download({ file, files }: Pick<FileProps, "file" | "files">) {
  const fetching = useStore(files.fetched.fetching)[file.id];
  if (fetching && !fetching.failed) {
    return (
      <>
        <Progress file={file} done={fetching.received} pace={fetching.bytesPerSecond} />
        <div class="file-actions">
          <button class="button button-quiet" onClick={() => files.fetched.cancel(file.id)}>
            {t("Cancel")}
          </button>
        </div>
      </>
    );
  }
  return (
    <>
      {fetching && (
        <p class="file-state" role="alert">
          {t("The file cannot be fetched. Please try again.")}
        </p>
      )}
      <button class="button button-quiet" onClick={() => void files.save(file)}>
        {t("Download")}
      </button>
    </>
  );
}

/** What the rep offers: to be taken or not, and how far it is. */
function Offered({ file, files }: Pick<FileProps, "file" | "files">) {
  const coming = useStore(files.coming.coming)[file.id];
  if (file.state === "offered") {
    return (
      <div class="file-actions">
        <button class="button button-main" onClick={() => files.answer(file.id, true)}>
          {t("Accept")}
        </button>
        <button class="button" onClick={() => files.answer(file.id, false)}>
          {t("Decline")}
        </button>
      </div>
    );
  }
  if (file.state !== "accepted") return null;
  const { received = 0, bytesPerSecond = 0, held = false } = coming ?? {};
  return (
    <>
      <Progress file={file} done={received} pace={bytesPerSecond} />
      <div class="file-actions">
        <button class="button button-quiet" onClick={() => files.sent.hold(file.id, !held)}>
          {held ? t("Go on") : t("Pause")}
        </button>
        <button class="button button-quiet" onClick={() => files.answer(file.id, false)}>
          {t("Cancel")}
        </button>
      </div>
    </>
  );
}

/** One's own file on its way. */
function Sent({ file, files, ended }: Pick<FileProps, "file" | "files"> & { ended: boolean }) {
  const sending = useStore(files.sent.sendings)[file.id];
  if (ended || !["offered", "accepted", "checking"].includes(file.state)) return null;
  const isLost = !files.sent.has(file.id) && file.state === "accepted";
  return (
    <>
      {file.state === "accepted" && sending && (
        <Progress file={file} done={sending.sent} pace={sending.bytesPerSecond} />
      )}
      {isLost && <ChooseAgain file={file} files={files} />}
      <div class="file-actions">
        {file.state === "accepted" && sending && (
          <button
            class="button button-quiet"
            onClick={() => files.sent.hold(file.id, !sending.paused)}
          >
            {sending.paused ? t("Go on") : t("Pause")}
          </button>
        )}
        <button class="button button-quiet" onClick={() => files.sent.cancel(file.id)}>
          {t("Cancel")}
        </button>
      </div>
    </>
  );
}

/** The page was closed in between: the browser gives it no file without being asked. */
function ChooseAgain({ file, files }: Pick<FileProps, "file" | "files">) {
  const [wrong, setWrong] = useState(false);
  return (
    <label class="file-again">
      {wrong
        ? t("That is another file. Please choose {name} again.", { name: file.name })
        : t("Please choose the file again, so that it can go on.")}
      <input
        type="file"
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0];
          if (!chosen) return;
          setWrong(!files.sent.chooseAgain(file.id, file.name, file.size, chosen));
        }}
      />
    </label>
  );
}

interface ProgressProps {
  readonly file: ShownFile;
  readonly done: number;
  readonly pace: number;
}

function Progress({ file, done, pace }: ProgressProps) {
  return (
    <div class="file-progress">
      <progress
        aria-label={t("Progress of {name}", { name: file.name })}
        value={done}
        max={file.size}
      />
      <span class="file-state">{paceText(pace, file.size - done)}</span>
    </div>
  );
}

/** The files that were not taken. */
export function RefusedFiles({ files, session }: Pick<FileProps, "files" | "session">) {
  const refused = Object.values(useStore(files.sent.sendings)).filter(({ problem }) => problem);
  return (
    <>
      {refused.map((sending) => (
        <RefusedFile key={sending.id} sending={sending} files={files} session={session} />
      ))}
    </>
  );
}

/** A file that was not taken, and why. */
function RefusedFile(props: { sending: Sending; files: SessionFiles; session: Session }) {
  const { sending, files, session } = props;
  if (!sending.problem) return null;
  return (
    <div class="line line-own line-refused" role="alert">
      <div class="bubble bubble-file">
        <div class="file">
          <div class="file-about">
            <FileSign kind="" />
            <div class="file-words">
              <p class="file-name">{safeName(sending.name)}</p>
              <p class="file-state">
                {overText(sending.size, session.rules)} ·{" "}
                {fileRefusalText(sending.problem, session.rules)}
              </p>
            </div>
          </div>
          <button class="button button-quiet" onClick={() => files.sent.dismiss(sending.id)}>
            {t("Remove")}
          </button>
        </div>
      </div>
    </div>
  );
}

function stateText(file: ShownFile, isMine: boolean, ended: boolean, held: boolean): string {
  if (file.fault) return FAULTS[file.fault]();
  if (ended && file.state !== "arrived") return t("Not sent");
  switch (file.state) {
    case "offered":
      return isMine ? t("Waiting for the other side") : t("Would you like to have this file?");
    case "accepted":
      if (held) return t("Paused");
      return isMine ? t("Sending…") : t("On its way…");
    case "checking":
      return t("Being checked…");
    case "declined":
      return isMine ? t("Declined") : t("You declined this file.");
    case "withdrawn":
      return t("Withdrawn");
    default:
      return isMine ? t("Sent") : t("Received");
  }
}

/** The address of a small picture of a picture, once there is one. */
function usePreview(file: ShownFile, files: SessionFiles): string {
  const [address, setAddress] = useState("");
  const isPicture = file.state === "arrived" && file.kind === "picture" && !file.erased;
  useEffect(() => {
    if (!isPicture) return;
    const given = new AbortController();
    const show = async () => setAddress(await files.preview(file.id, given.signal));
    show().catch(() => undefined);
    return () => given.abort();
  }, [isPicture, file.id, files]);
  return isPicture ? address : "";
}
