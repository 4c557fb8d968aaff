import { LANGUAGES, language, t } from "@deskside/browser/catalogue";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Transcript } from "@deskside/browser/transcript";
import { hasApp } from "./app_way.tsx";
import { DeleteMyData } from "./delete_my_data.tsx";
import { MyData } from "./my_data.tsx";
import { OwnWindow } from "./own_window.tsx";
import { LARGEST_TEXT } from "./preferences.ts";
import { RecordingState, WithdrawRecording } from "./recording.tsx";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

/** The button in the header behind which everything stands that is not needed all the time. */
export function Menu({ visit }: { visit: Visit }) {
  const { transcript } = useStore(visit.state);
  const [open, setOpen] = useState(false);
  const [dialog, setDialog] = useState<"" | "delete" | "withdraw">("");
  const button = useRef<HTMLButtonElement>(null);
  const whole = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    const look = ({ target }: Event) => {
      if (!whole.current?.contains(target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", look);
    document.addEventListener("focusin", look);
    return () => {
      document.removeEventListener("pointerdown", look);
      document.removeEventListener("focusin", look);
    };
  }, []);

  function ask(about: "delete" | "withdraw"): void {
    setDialog(about);
    setOpen(false);
  }

  function close(): void {
    setDialog("");
    button.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !open) return;
    setOpen(false);
    button.current?.focus();
  }

  return (
    <div class="menu" ref={whole} onKeyDown={onKeyDown}>
      <button
        class="button button-quiet menu-button"
        ref={button}
        aria-label={t("Menu")}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="10" cy="4" r="1.7" />
          <circle cx="10" cy="10" r="1.7" />
          <circle cx="10" cy="16" r="1.7" />
        </svg>
      </button>
      <div class="menu-panel" id={id} hidden={!open}>
        {open && <Settings visit={visit} />}
        {open && <OwnWindow visit={visit} label={t("Open in its own tab")} />}
        {open && transcript && (
          <>
            <FetchApp visit={visit} transcript={transcript} close={() => setOpen(false)} />
            <RecordingState transcript={transcript} askToWithdraw={() => ask("withdraw")} />
            <MyData visit={visit} transcript={transcript} askToDelete={() => ask("delete")} />
          </>
        )}
      </div>
      {dialog === "delete" && transcript && (
        <DeleteMyData visit={visit} transcript={transcript} close={close} />
      )}
      {dialog === "withdraw" && transcript && (
        <WithdrawRecording visit={visit} transcript={transcript} close={close} />
      )}
    </div>
  );
}

interface FetchProps {
  readonly visit: Visit;
  readonly transcript: Transcript;
  readonly close: () => void;
}

/** The way into the app, while it leads anywhere. */
function FetchApp({ visit, transcript, close }: FetchProps) {
  const { session } = useStore(transcript.view);
  const isOn = session.state === "waiting" || session.state === "talking";
  if (!isOn || session.where === "app" || !hasApp(visit)) return null;
  const want = () => {
    visit.wantsApp.set(true);
    close();
  };
  return (
    <button class="button" onClick={want}>
      {t("Use the app")}
    </button>
  );
}

function Settings({ visit }: { visit: Visit }) {
  const { preferences } = visit;
  const { textSize, muted } = useStore(preferences.state);
  const picker = useId();
  return (
    <>
      <div class="row">
        <button
          class="button menu-smaller"
          aria-disabled={textSize === 0}
          onClick={() => preferences.resize(-1)}
        >
          {t("Smaller text")}
        </button>
        <button
          class="button menu-larger"
          aria-disabled={textSize === LARGEST_TEXT}
          onClick={() => preferences.resize(1)}
        >
          {t("Larger text")}
        </button>
      </div>
      <button
        class="button menu-toggle"
        aria-pressed={muted}
        onClick={() => preferences.mute(!muted)}
      >
        {t("Mute sounds")}
      </button>
      <div class="field">
        <label for={picker}>{t("Language")}</label>
        <select
          class="input"
          id={picker}
          value={language()}
          onChange={(event) => void visit.speak(event.currentTarget.value)}
        >
          {LANGUAGES.map((each) => (
            <option key={each} value={each} lang={each}>
              {ownName(each)}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}

/** Return what its speakers call a language. */
function ownName(each: string): string {
  const name = new Intl.DisplayNames(each, { type: "language" }).of(each) ?? each;
  return name.charAt(0).toLocaleUpperCase(each) + name.slice(1);
}
