import { t } from "@deskside/browser/catalogue";
import type { Transcript } from "@deskside/browser/transcript";
import { MailTranscript } from "./mail_transcript.tsx";
import { download } from "./transcript_file.ts";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

interface MyDataProps {
  readonly visit: Visit;
  readonly transcript: Transcript;
  readonly askToDelete: () => void;
}

/** What a customer can do with their own words: take them along, and have them erased. */
export function MyData({ visit, transcript, askToDelete }: MyDataProps) {
  const { organisation, transcript: allowed, mails } = useStore(visit.state).site;
  return (
    <>
      {allowed !== false && (
        <>
          <button class="button" onClick={() => download("txt", transcript, organisation)}>
            {t("Download transcript (text)")}
          </button>
          <button class="button" onClick={() => download("html", transcript, organisation)}>
            {t("Download transcript (HTML)")}
          </button>
          {mails && <MailTranscript visit={visit} transcript={transcript} />}
        </>
      )}
      <button class="button button-danger" onClick={askToDelete}>
        {t("Delete my data")}
      </button>
    </>
  );
}
