import { t } from "@deskside/browser/catalogue";
import type { Position } from "@deskside/browser/contract";
import { minutesText } from "@deskside/browser/times";

interface QueuePlaceProps {
  readonly position: Position | null;
  /** How long the place is kept for somebody who is away. */
  readonly keptSeconds: number;
}

/** Where one stands in the queue, how long it may take, and that nobody need sit and watch. */
export function QueuePlace({ position, keptSeconds }: QueuePlaceProps) {
  const minutes = Math.floor(keptSeconds / 60);
  return (
    <>
      <div class="queue" role="status" aria-label={t("Queue")}>
        {position && (
          <span class="queue-number" aria-hidden="true">
            {position.position}
          </span>
        )}
        <div>
          <p class="queue-place">{placeText(position)}</p>
          <p class="queue-wait">{waitText(position)}</p>
        </div>
      </div>
      {minutes > 0 && (
        <p class="queue-kept">
          {t("If this page is closed, your place is kept for {time}.", {
            time: minutesText(minutes),
          })}
        </p>
      )}
    </>
  );
}

function placeText(position: Position | null): string {
  if (!position) return t("You are in the queue.");
  if (position.position === 1) return t("You are number 1 in the queue: you are next.");
  return t("You are number {position} in the queue.", { position: position.position });
}

function waitText(position: Position | null): string {
  if (!position?.most_within) return t("How long it takes: we cannot say yet.");
  const { half_within: half, most_within: most } = position;
  return t("Half wait under {half}, nine of ten under {most}.", {
    half: minutesText(half),
    most: minutesText(most),
  });
}
