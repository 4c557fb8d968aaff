import { t } from "@deskside/browser/catalogue";
import type { Ink, Pen } from "@deskside/browser/picture_pen";
import type { PictureViewer } from "@deskside/browser/picture_viewer";
import { Button } from "@mantine/core";

interface PensProps {
  readonly viewer: PictureViewer;
  readonly pen: Pen | "";
  readonly take: (pen: Pen | "") => void;
}

/** What can be drawn on the customer's screen. */
export function ScreenPens({ viewer, pen, take }: PensProps) {
  const pens: readonly (readonly [Pen, string])[] = [
    ["pointer", t("Point")],
    ["line", t("Draw a line")],
    ["rectangle", t("Draw a rectangle")],
  ];
  const clear = () => void viewer.say("drawing", { what: "clear", x: 0, y: 0, to_x: 0, to_y: 0 });
  return (
    <div className="screen-pens" role="toolbar" aria-label={t("Draw")}>
      {pens.map(([each, label]) => (
        <Button
          key={each}
          className="action"
          variant={each === pen ? "light" : "subtle"}
          size="compact-sm"
          aria-pressed={each === pen}
          onClick={() => take(each)}
        >
          {label}
        </Button>
      ))}
      <Button className="action" variant="subtle" size="compact-sm" onClick={clear}>
        {t("Clear drawings")}
      </Button>
      <Button className="action" variant="default" size="compact-sm" onClick={() => take("")}>
        {t("Done")}
      </Button>
      <p>{t("Customers who share with the app see what you draw for 5 seconds.")}</p>
    </div>
  );
}

/** A line or rectangle that is being drawn. */
export function ScreenInk({ ink, pen }: { readonly ink: Ink | null; readonly pen: Pen | "" }) {
  if (!ink) return null;
  const { x, y, toX, toY } = ink;
  return (
    <svg className="screen-ink" aria-hidden="true">
      {pen === "line" ? (
        <line x1={x} y1={y} x2={toX} y2={toY} />
      ) : (
        <rect
          x={Math.min(x, toX)}
          y={Math.min(y, toY)}
          width={Math.abs(toX - x)}
          height={Math.abs(toY - y)}
        />
      )}
    </svg>
  );
}
