import { t } from "@deskside/browser/catalogue";
import type { HostFrame } from "./host_frame.ts";
import { Minimise } from "./minimise.tsx";

interface InFrame {
  readonly frame?: HostFrame | null;
}

/** The whole page, before it is known what is on it. */
export function Loading({ frame = null }: InFrame) {
  return (
    <main class="card card-quiet" aria-busy="true">
      <Minimise frame={frame} />
      <Moment />
    </main>
  );
}

/** What stands in a screen's place until it is known. */
export function Moment() {
  return (
    <p class="loading" role="status">
      <span class="dots" aria-hidden="true" />
      {t("One moment…")}
    </p>
  );
}

export function Unreachable({ frame = null }: InFrame) {
  return (
    <main class="card card-quiet">
      <Minimise frame={frame} />
      <p class="loading" role="status">
        {t("The server cannot be reached. This page keeps trying.")}
      </p>
    </main>
  );
}
