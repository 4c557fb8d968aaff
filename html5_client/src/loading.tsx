import { t } from "@deskside/browser/catalogue";

export function Loading() {
  return (
    <main class="card card-quiet" aria-busy="true">
      <p class="loading" role="status">
        <span class="dots" aria-hidden="true" />
        {t("One moment…")}
      </p>
    </main>
  );
}

export function Unreachable() {
  return (
    <main class="card card-quiet">
      <p class="loading" role="status">
        {t("The server cannot be reached. This page keeps trying.")}
      </p>
    </main>
  );
}
