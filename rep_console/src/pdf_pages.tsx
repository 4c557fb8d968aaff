import { t } from "@deskside/browser/catalogue";
import { Button } from "@mantine/core";
import { GlobalWorkerOptions, getDocument } from "pdfjs-dist";
import type { PDFDocumentProxy } from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?worker&url";
import { useEffect, useRef, useState } from "react";
import { trustedWorker } from "./trusted_worker.ts";

/** Sharp on dense screens, and no page costs more than a few megabytes. */
const MOST_PIXELS = 6_000_000;

/** A PDF, page by page, drawn here: nothing of it runs, and no plug-in sees it. */
export default function PdfPages({ content, name }: { content: Blob; name: string }) {
  const pdf = usePdf(content);
  const [number, setNumber] = useState(1);
  if (pdf === null) return <p>{t("This PDF cannot be shown. You can download it.")}</p>;
  if (pdf === undefined) return <p>{t("Loading…")}</p>;
  return (
    <>
      <PdfPage pdf={pdf} number={number} name={name} />
      <div className="viewer-pages">
        <Button variant="default" disabled={number <= 1} onClick={() => setNumber(number - 1)}>
          {t("Previous page")}
        </Button>
        <span role="status">{t("Page {number} of {count}", { number, count: pdf.numPages })}</span>
        <Button
          variant="default"
          disabled={number >= pdf.numPages}
          onClick={() => setNumber(number + 1)}
        >
          {t("Next page")}
        </Button>
      </div>
    </>
  );
}

function PdfPage({ pdf, number, name }: { pdf: PDFDocumentProxy; number: number; name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let stop: () => void = () => undefined;
    let isWanted = true;
    const draw = async () => {
      const page = await pdf.getPage(number);
      const target = canvas.current;
      if (!target || !isWanted) return;
      const bare = page.getViewport({ scale: 1 });
      const wanted = (900 / bare.width) * Math.min(2, devicePixelRatio);
      const scale = Math.min(wanted, Math.sqrt(MOST_PIXELS / (bare.width * bare.height)));
      const viewport = page.getViewport({ scale });
      target.width = Math.ceil(viewport.width);
      target.height = Math.ceil(viewport.height);
      const task = page.render({ canvas: target, viewport });
      stop = () => task.cancel();
      await task.promise;
    };
    // Who turns the page stops the one before.
    draw().catch(() => undefined);
    return () => {
      isWanted = false;
      stop();
    };
  }, [pdf, number]);
  const label = t("Page {number} of {name}", { number, name });
  return <canvas ref={canvas} className="viewer-page" role="img" aria-label={label} />;
}

/** The document; undefined while it is read, null where it cannot be. */
function usePdf(content: Blob): PDFDocumentProxy | null | undefined {
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>();
  useEffect(() => {
    const worker = new Worker(trustedWorker("deskside-pdf", workerUrl));
    GlobalWorkerOptions.workerPort = worker;
    let isWanted = true;
    const read = async () => {
      const data = await content.arrayBuffer();
      const found = await getDocument({ data, isEvalSupported: false, enableXfa: false }).promise;
      if (isWanted) setPdf(found);
    };
    read().catch(() => {
      if (isWanted) setPdf(null);
    });
    return () => {
      isWanted = false;
      worker.terminate();
    };
  }, [content]);
  return pdf;
}
