import type { Fact } from "@deskside/browser/contract";
import { emptySession } from "@deskside/browser/contract";
import { Store } from "@deskside/browser/store";
import type { Transcript, View } from "@deskside/browser/transcript";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { PauseBanner } from "./sharing_banner.tsx";
import type { Visit } from "./visit.ts";

const paused = { type: "recording_paused", by: "ana", at: 1_000, why: "Card data", viewed: false };

const view: View = {
  session: {
    ...emptySession("s1"),
    names: { ana: "Ana" },
    recording: "allowed",
    recording_paused: true,
  },
  entries: [{ fact: paused as unknown as Fact, shown: 1 }],
  own: [],
  marks: {},
  writing: [],
  read: 1,
};

afterEach(() => render(null, document.body));

test("who paused the recording and why is said as long as it is paused", async () => {
  const seen = new Store(view);
  const visit = { link: { now: () => 5_000 } } as unknown as Visit;
  const transcript = { view: seen } as unknown as Transcript;
  await act(() => render(<PauseBanner visit={visit} transcript={transcript} />, document.body));
  const banner = document.querySelector("[aria-label='Recording is paused']");
  expect(banner?.textContent).toContain("Recording is paused by Ana: Card data");
  expect(banner?.textContent).toContain("and Ana does not see your screen");
  await act(() => seen.set({ ...view, session: { ...view.session, recording_paused: false } }));
  expect(document.body.textContent).toBe("");
});
