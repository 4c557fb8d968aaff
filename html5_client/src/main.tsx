import "@deskside/browser/files.css";
import { getSite } from "@deskside/browser/api";
import { chooseLanguage, speak } from "@deskside/browser/catalogue";
import { openKeptRequests } from "@deskside/browser/kept_requests";
import { kept } from "@deskside/browser/storage";
import { knownVisitor, takeOver } from "@deskside/browser/visitor";
import { render } from "preact";
import { openFrame } from "./host_frame.ts";
import { Loading, Unreachable } from "./loading.tsx";
import { Page } from "./page.tsx";
import { LANGUAGE_KEY } from "./preferences.ts";
import "./style.css";
import { Visit } from "./visit.ts";

/** Longer waits come from the link; until there is one, this is how often the page knocks. */
const AGAIN_MS = 3_000;

const root = document.getElementById("page");

const frame = openFrame();
let stopReport = (): void => undefined;

async function open(): Promise<void> {
  stopReport();
  const asked = new URLSearchParams(location.search).get("lang");
  const chosen = [asked ?? "", kept(LANGUAGE_KEY)];
  const wanted = chooseLanguage([...chosen, ...navigator.languages]);
  await speak(wanted);
  document.documentElement.lang = wanted;
  if (!root) return;
  render(<Loading frame={frame} />, root);
  try {
    await takeOver();
    const [site, visitor, requests] = await Promise.all([
      getSite(wanted),
      knownVisitor(),
      openKeptRequests(),
    ]);
    document.title = site.organisation;
    const visit = new Visit(visitor, site, requests, frame);
    if (frame) stopReport = frame.report(visit);
    preselect(visit);
    // The broker does not know this visitor any more: come in again as a new one.
    visit.link.state.subscribe(() => {
      if (visit.link.state.get().closed === "signed_out") setTimeout(() => void open(), AGAIN_MS);
    });
    render(<Page key={visitor.party} visit={visit} />, root);
  } catch {
    render(<Unreachable frame={frame} />, root);
    setTimeout(() => void open(), AGAIN_MS);
  }
}

/** A site's button may say what it is about. */
function preselect(visit: Visit): void {
  const issue = new URLSearchParams(location.search).get("issue");
  if (issue && !visit.drafts.read("issue")) visit.drafts.write("issue", issue);
}

void open();
