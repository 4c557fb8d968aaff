import { t } from "@deskside/browser/catalogue";
import type { HostFrame } from "./host_frame.ts";
import { Minimise } from "./minimise.tsx";

interface InFrame {
  readonly frame?: HostFrame | null;
}

export function Loading({ frame = null }: InFrame) {
  return (
    <main class="card card-quiet" aria-busy="true">
      <Minimise frame={frame} />
      <p class="loading" role="status">
        <span class="dots" aria-hidden="true" />
        {t("One moment…")}
      </p>
    </main>
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
