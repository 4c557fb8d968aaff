import { t } from "@deskside/browser/catalogue";
import { sizeText } from "@deskside/browser/file_texts";
import { dayAndTime } from "@deskside/browser/times";
import { Button, Progress } from "@mantine/core";
import {
  askExport,
  cancelExport,
  EXPORT_KINDS,
  exportFile,
  faultText,
  isUnderWay,
  kindHint,
  KEPT_MS,
  kindText,
} from "./exports.ts";
import type { RecordingExport } from "./exports.ts";
import { RecordingProof } from "./recording_proof.tsx";
import { useExports } from "./use_exports.ts";

/** What can be taken along of a recording, and how far that has come. */
export function RecordingExports({ recording }: { readonly recording: string }) {
  const { exports, fault, act } = useExports(recording);
  return (
    <>
      <ul className="reel-choices">
        {EXPORT_KINDS.map((kind) => (
          <li key={kind}>
            <Button
              size="compact-sm"
              variant="default"
              aria-describedby={`export-${kind}`}
              disabled={exports.some((each) => each.kind === kind && isUnderWay(each))}
              onClick={() => act(askExport(recording, kind))}
            >
              {kindText(kind)}
            </Button>
            <span className="reel-hint" id={`export-${kind}`}>
              {kindHint(kind)}
            </span>
          </li>
        ))}
        <li>
          <Button
            className="reel-export"
            component="a"
            size="compact-sm"
            variant="default"
            aria-describedby="export-bundle"
            href={`/v1/recordings/${encodeURIComponent(recording)}/bundle`}
            download
          >
            {t("Sealed bundle")}
          </Button>
          <span className="reel-hint" id="export-bundle">
            {t("All of it as it was sealed, with its proof. Nobody can open it without the key.")}
          </span>
          <RecordingProof recording={recording} />
        </li>
      </ul>
      {fault && (
        <p className="reel-fault" role="alert">
          {fault}
        </p>
      )}
      <ul className="reel-made" aria-label={t("Exports")} aria-live="polite">
        {exports.map((each) => (
          <li key={each.id}>
            <b>{kindText(each.kind)}</b>
            <span className="reel-hint">{`${each.name}, ${dayAndTime(each.made_at)}`}</span>
            <Made made={each} cancel={() => act(cancelExport(each.id))} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface MadeProps {
  readonly made: RecordingExport;
  readonly cancel: () => void;
}

function Made({ made, cancel }: MadeProps) {
  const name = kindText(made.kind);
  switch (made.state) {
    case "waiting":
    case "running":
      return (
        <span className="reel-making">
          <Progress value={made.percent} size="sm" aria-label={t("Progress of {name}", { name })} />
          <span className="reel-hint">
            {made.state === "waiting" ? t("Waiting") : `${made.percent} %`}
          </span>
          <Button size="compact-xs" variant="default" onClick={cancel}>
            {t("Cancel")}
          </Button>
        </span>
      );
    case "ready":
      return (
        <span className="reel-making">
          <Button component="a" size="compact-xs" href={exportFile(made.id)} download>
            {t("Download, {size}", { size: sizeText(made.size) })}
          </Button>
          <span className="reel-hint">
            {t("until {time}", { time: dayAndTime(made.changed_at + KEPT_MS) })}
          </span>
        </span>
      );
    case "failed":
      return <span className="reel-hint reel-hint-bad">{faultText(made.fault)}</span>;
    case "cancelled":
      return <span className="reel-hint">{t("Cancelled")}</span>;
    case "gone":
      return <span className="reel-hint">{t("Its time is over; the file is deleted.")}</span>;
  }
}
