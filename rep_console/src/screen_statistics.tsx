import { t } from "@deskside/browser/catalogue";
import { language } from "@deskside/browser/catalogue";
import type { Figures } from "@deskside/browser/picture_statistics";
import type { PictureViewer } from "@deskside/browser/picture_viewer";
import { useEffect, useState } from "react";
import { useStore } from "./use_store.ts";

const CODECS: Readonly<Record<string, string>> = { h264: "H.264", vp8: "VP8", vp9: "VP9" };

/** How much of the picture comes, how often and how late. */
export function ScreenStatistics({ viewer }: { viewer: PictureViewer }) {
  const { width, height } = useStore(viewer.state);
  const [figures, setFigures] = useState<Figures>(() => viewer.statistics.figures());
  useEffect(() => {
    const timer = setInterval(() => setFigures(viewer.statistics.figures()), 1_000);
    return () => clearInterval(timer);
  }, [viewer]);
  const number = (value: number) =>
    new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(value);
  const { direct = false } = useStore(viewer.line.state);
  const rows: readonly [string, string][] = [
    [t("Way"), direct ? t("direct") : t("over a relay")],
    [t("Size"), `${width} × ${height}`],
    [t("Data"), `${number(figures.bytesPerSecond / 1000)} kB/s`],
    [t("Updates"), `${number(figures.updatesPerSecond)} /s`],
    [t("Added delay"), `${number(Math.round(figures.addedDelay))} ms`],
    [t("Moving parts"), CODECS[figures.codec] ?? t("exact pixels only")],
    [t("Losses"), number(figures.lost)],
  ];
  return (
    <dl className="screen-statistics" aria-label={t("Statistics")}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
