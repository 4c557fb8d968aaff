import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import {
  FAULTS,
  fileRefusalText,
  overText,
  paceText,
  sizeText,
} from "@deskside/browser/file_texts";
import { safeName } from "@deskside/browser/file_names";
import { isHeld } from "@deskside/browser/session_files";
import type { SessionFiles, ShownFile } from "@deskside/browser/session_files";
import { Button } from "@mantine/core";
import { useState } from "react";
import { FileOpener, FilePreview } from "./file_viewer.tsx";
import { Icon } from "./icons.tsx";
import { useStore } from "./use_store.ts";

interface FileProps {
  readonly file: ShownFile;
  readonly files: SessionFiles;
  readonly session: Session;
  /** The rep's own id. */
  readonly me: string;
}

/** A file in the conversation: what it is, how far it is, and what one can do with it. */
export function FileCard({ file, files, session, me }: FileProps) {
  const ended = session.state === "ended";
  const isCustomers = file.by === session.customer;
  const hasArrived = file.state === "arrived" && !file.erased;
  const name = file.name || t("File");
  return (
    <div className="file" role="group" aria-label={name}>
      {hasArrived && file.kind === "picture" && <FilePreview file={file} files={files} />}
      <div className="file-about">
        <Icon name="file" />
        <div className="file-words">
          <p className="file-name">{file.name || <i>{t("The name was erased.")}</i>}</p>
          <FileState file={file} files={files} isCustomers={isCustomers} ended={ended} />
        </div>
      </div>
      {!ended && isCustomers && <Coming file={file} files={files} />}
      {!ended && file.by === me && <Going file={file} files={files} />}
      {hasArrived && <Download file={file} files={files} />}
    </div>
  );
}

interface StateProps extends Pick<FileProps, "file" | "files"> {
  readonly isCustomers: boolean;
  readonly ended: boolean;
}

/** How large a file is, and what has become of it. */
function FileState({ file, files, isCustomers, ended }: StateProps) {
  const sending = useStore(files.sent.sendings)[file.id];
  const coming = useStore(files.coming.coming)[file.id];
  const held = isHeld(sending, coming);
  return (
    <p className={file.fault ? "file-state file-fault" : "file-state"}>
      {`${sizeText(file.size)} · ${stateText(file, isCustomers, ended, held)}`}
    </p>
  );
}

/** The buttons that show and save a file, and how far saving is. */
function Download({ file, files }: Pick<FileProps, "file" | "files">) {
  const fetching = useStore(files.fetched.fetching)[file.id];
  if (fetching && !fetching.failed) {
    return (
      <>
        <Progress file={file} done={fetching.received} pace={fetching.bytesPerSecond} />
        <div className="file-actions">
          <Button size="compact-sm" variant="subtle" onClick={() => files.fetched.cancel(file.id)}>
            {t("Cancel")}
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      {fetching && (
        <p className="file-state file-fault" role="alert">
          {t("The file cannot be fetched. Please try again.")}
        </p>
      )}
      <div className="file-actions">
        <FileOpener file={file} files={files} />
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Icon name="download" />}
          onClick={() => void files.save(file)}
        >
          {t("Download")}
        </Button>
      </div>
    </>
  );
}

/** What the customer sends: to be taken or not, and how far it is. */
function Coming({ file, files }: Pick<FileProps, "file" | "files">) {
  const coming = useStore(files.coming.coming)[file.id];
  const { received = 0, bytesPerSecond = 0, held = false } = coming ?? {};
  if (file.state === "offered") {
    return (
      <div className="file-actions">
        <Button size="compact-sm" onClick={() => files.answer(file.id, true)}>
          {t("Accept")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => files.answer(file.id, false)}>
          {t("Decline")}
        </Button>
      </div>
    );
  }
  if (file.state !== "accepted") return null;
  return (
    <>
      <Progress file={file} done={received} pace={bytesPerSecond} />
      <div className="file-actions">
        <Hold held={held} hold={(wanted) => files.sent.hold(file.id, wanted)} />
        <Button size="compact-sm" variant="subtle" onClick={() => files.answer(file.id, false)}>
          {t("Cancel")}
        </Button>
      </div>
    </>
  );
}

/** One's own file on its way. */
function Going({ file, files }: Pick<FileProps, "file" | "files">) {
  const sending = useStore(files.sent.sendings)[file.id];
  if (!["offered", "accepted", "checking"].includes(file.state)) return null;
  const isLost = file.state === "accepted" && !files.sent.has(file.id);
  return (
    <>
      {file.state === "accepted" && sending && (
        <Progress file={file} done={sending.sent} pace={sending.bytesPerSecond} />
      )}
      {isLost && <ChooseAgain file={file} files={files} />}
      <div className="file-actions">
        {file.state === "accepted" && sending && (
          <Hold held={sending.paused} hold={(wanted) => files.sent.hold(file.id, wanted)} />
        )}
        <Button size="compact-sm" variant="subtle" onClick={() => files.sent.cancel(file.id)}>
          {t("Cancel")}
        </Button>
      </div>
    </>
  );
}

function Hold({ held, hold }: { held: boolean; hold: (wanted: boolean) => void }) {
  return (
    <Button size="compact-sm" variant="default" onClick={() => hold(!held)}>
      {held ? t("Go on") : t("Pause")}
    </Button>
  );
}

/** The page was closed in between: the browser gives it no file without being asked. */
function ChooseAgain({ file, files }: Pick<FileProps, "file" | "files">) {
  const [wrong, setWrong] = useState(false);
  return (
    <label className="file-again">
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
    <div className="file-progress">
      <progress
        aria-label={t("Progress of {name}", { name: file.name })}
        value={done}
        max={file.size}
      />
      <span className="file-state">{paceText(pace, file.size - done)}</span>
    </div>
  );
}

/** The files that were not taken, and why. */
export function RefusedFiles({ files, session }: Pick<FileProps, "files" | "session">) {
  const refused = Object.values(useStore(files.sent.sendings));
  return refused.map(
    ({ id, name, size, problem }) =>
      problem && (
        <div key={id} className="line line-own line-refused" role="alert">
          <div className="bubble bubble-file">
            <div className="file">
              <div className="file-about">
                <Icon name="file" />
                <div className="file-words">
                  <p className="file-name">{safeName(name)}</p>
                  <p className="file-state file-fault">
                    {`${overText(size, session.rules)} · ${fileRefusalText(problem, session.rules)}`}
                  </p>
                </div>
              </div>
              <div className="file-actions">
                <Button size="compact-sm" variant="default" onClick={() => files.sent.dismiss(id)}>
                  {t("Remove")}
                </Button>
              </div>
            </div>
          </div>
        </div>
      ),
  );
}

function stateText(file: ShownFile, isCustomers: boolean, ended: boolean, held: boolean): string {
  if (file.fault) return FAULTS[file.fault]();
  if (ended && file.state !== "arrived") return t("Not sent");
  switch (file.state) {
    case "offered":
      return isCustomers ? t("The customer would like to send this.") : t("Not answered yet");
    case "accepted":
      return held ? t("Paused") : t("On its way…");
    case "checking":
      return t("Being checked…");
    case "declined":
      return t("Declined");
    case "withdrawn":
      return t("Withdrawn");
    default:
      return isCustomers ? t("Received") : t("Sent");
  }
}
