/** What officers take along of a recording: films and transcripts, made by the server while one waits. */
import { call } from "@deskside/browser/api";
import { language, t } from "@deskside/browser/catalogue";

export type ExportKind = "film" | "preview" | "transcript";
export const EXPORT_KINDS: readonly ExportKind[] = ["film", "preview", "transcript"];

export interface RecordingExport {
  readonly id: string;
  readonly kind: ExportKind;
  /** Who asked for it, by name. */
  readonly name: string;
  readonly state: "waiting" | "running" | "ready" | "failed" | "cancelled" | "gone";
  readonly percent: number;
  readonly made_at: number;
  readonly changed_at: number;
  readonly size: number;
  readonly fault: "" | "store" | "broken" | "no_video" | "nothing" | "key" | "failed";
}

/** So long, in ms, what is ready can be fetched. */
export const KEPT_MS = 24 * 3_600_000;

export async function getExports(recording: string): Promise<readonly RecordingExport[]> {
  const path = `/v1/recordings/${encodeURIComponent(recording)}/exports`;
  return (await call<{ exports: readonly RecordingExport[] }>("GET", path)).exports;
}

export function askExport(recording: string, kind: ExportKind): Promise<unknown> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return call("POST", "/v1/recording-exports", { recording, kind, language: language(), zone });
}

export function cancelExport(id: string): Promise<unknown> {
  return call("POST", `/v1/recording-exports/${encodeURIComponent(id)}/cancel`);
}

export function exportFile(id: string): string {
  return `/v1/recording-exports/${encodeURIComponent(id)}/file`;
}

export function isUnderWay({ state }: RecordingExport): boolean {
  return state === "waiting" || state === "running";
}

export function kindText(kind: ExportKind): string {
  return KINDS[kind]();
}

const KINDS: Readonly<Record<ExportKind, () => string>> = {
  film: () => t("Film (MP4)"),
  preview: () => t("Quick preview"),
  transcript: () => t("Transcript (HTML)"),
};

/** Return what somebody gets who takes `kind` along. */
export function kindHint(kind: ExportKind): string {
  return KIND_HINTS[kind]();
}

const KIND_HINTS: Readonly<Record<ExportKind, () => string>> = {
  film: () => t("What the rep saw, with the clock and your name below the picture."),
  preview: () => t("Only the video that was sent, not all that was seen. It says so."),
  transcript: () => t("What was said and done, as one page that needs nothing else."),
};

/** Return why an export could not be made. */
export function faultText(fault: RecordingExport["fault"]): string {
  switch (fault) {
    case "no_video":
      return t("There was no video in this session. Take the film instead.");
    case "store":
      return t("The store did not answer.");
    case "broken":
      return t("This recording was changed since it was sealed.");
    case "nothing":
    case "key":
      return t("The key of this recording is not there.");
    default:
      return t("It could not be made.");
  }
}
