import { t } from "@deskside/browser/catalogue";
import { MOST_FETCHED_BYTES } from "@deskside/browser/session_files";
import type { SessionFiles, ShownFile } from "@deskside/browser/session_files";
import { Button } from "@mantine/core";
import { Suspense, lazy, useEffect, useState } from "react";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";

/** It is large, and most reps open no PDF on most days. */
const PdfPages = lazy(() => import("./pdf_pages.tsx"));

const TYPES: Readonly<Record<string, string>> = {
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  picture: "",
  pdf: "application/pdf",
};

interface ViewerProps {
  readonly file: ShownFile;
  readonly files: SessionFiles;
}

/** A picture, small; a click shows it large. Pictures that would do harm have no small one. */
export function FilePreview({ file, files }: ViewerProps) {
  const [address, setAddress] = useState("");
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    const given = new AbortController();
    const show = async () => setAddress(await files.preview(file.id, given.signal));
    show().catch(() => undefined);
    return () => given.abort();
  }, [file.id, files]);
  if (!address) return null;
  return (
    <>
      <button
        className="file-preview"
        type="button"
        aria-label={t("Show {name}", { name: file.name })}
        onClick={() => setOpened(true)}
      >
        <img src={address} alt={file.name} />
      </button>
      {opened && <Viewer file={file} files={files} close={() => setOpened(false)} />}
    </>
  );
}

/** The button that shows a document or plays a recording. */
export function FileOpener({ file, files }: ViewerProps) {
  const [opened, setOpened] = useState(false);
  const isShown = file.kind === "pdf" || file.kind === "mp3" || file.kind === "mp4";
  if (!isShown || file.size > MOST_FETCHED_BYTES) return null;
  return (
    <>
      <Button
        size="compact-sm"
        variant="light"
        leftSection={<Icon name={file.kind === "pdf" ? "eye" : "play"} />}
        onClick={() => setOpened(true)}
      >
        {file.kind === "pdf" ? t("Show") : t("Play")}
      </Button>
      {opened && <Viewer file={file} files={files} close={() => setOpened(false)} />}
    </>
  );
}

function Viewer({ file, files, close }: ViewerProps & { close: () => void }) {
  const content = useContent(file, files);
  return (
    <Dialog opened close={close} title={file.name} size="xl">
      <div className="viewer">
        {content === null && <p>{t("The file cannot be fetched. Please try again.")}</p>}
        {content === undefined && <p>{t("Loading…")}</p>}
        {content && <Shown file={file} content={content} />}
      </div>
    </Dialog>
  );
}

function Shown({ file, content }: { file: ShownFile; content: Content }) {
  if (file.kind === "pdf") {
    return (
      <Suspense fallback={<p>{t("Loading…")}</p>}>
        <PdfPages content={content.blob} name={file.name} />
      </Suspense>
    );
  }
  const { address } = content;
  if (file.kind === "mp4") return <video src={address} controls aria-label={file.name} />;
  if (file.kind === "mp3") return <audio src={address} controls aria-label={file.name} />;
  return <img src={address} alt={file.name} />;
}

interface Content {
  readonly blob: Blob;
  /** Works while it is shown. */
  readonly address: string;
}

/** All of a file; undefined while it is fetched, null where that failed. */
function useContent(file: ShownFile, files: SessionFiles): Content | null | undefined {
  const [content, setContent] = useState<Content | null>();
  useEffect(() => {
    const given = new AbortController();
    let address = "";
    const get = async () => {
      const whole = await files.whole(file.id, file.size, given.signal);
      if (given.signal.aborted) return;
      const blob = whole.slice(0, whole.size, TYPES[file.kind] ?? "");
      address = URL.createObjectURL(blob);
      setContent({ blob, address });
    };
    get().catch(() => {
      if (!given.signal.aborted) setContent(null);
    });
    return () => {
      given.abort();
      if (address) URL.revokeObjectURL(address);
    };
  }, [file.id, file.size, file.kind, files]);
  return content;
}
