import type { Site } from "@deskside/browser/api";
import type { Fact, Rules } from "@deskside/browser/contract";
import { emptySession } from "@deskside/browser/contract";
import { inMemory } from "@deskside/browser/kept_requests";
import { FakeBroker } from "@deskside/browser/testing/fake_broker";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Page } from "./page.tsx";
import { Visit } from "./visit.ts";

const digest = "a".repeat(64);
const site: Site = {
  organisation: "Harbour College",
  languages: ["en"],
  language: "en",
  issues: [
    { id: "printer", name: "Printer" },
    { id: "network", name: "Network" },
  ],
  agreement: { title: "Before we begin", text: "We keep what you write.", digest },
  recording: null,
  ask_name: true,
  ask_email: true,
  orphaned: "We have all gone home.",
  orphaned_url: "https://help.example.org/",
  privacy: "Your words are yours.",
  notices: [{ id: "mail", text: "Mail is down." }],
};

const given = { ticket: "t", head: "7-abc" };
let broker: FakeBroker;
let visit: Visit;

class Observer {
  observe = vi.fn();
  disconnect = vi.fn();
}

beforeEach(async () => {
  vi.useFakeTimers();
  broker = new FakeBroker();
  vi.stubGlobal("WebSocket", function open() {
    return broker.open();
  });
  vi.stubGlobal("fetch", (path: string) =>
    Promise.resolve(Response.json(path.startsWith("/v1/site") ? site : given)),
  );
  vi.stubGlobal("ResizeObserver", Observer);
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  Element.prototype.scrollTo = vi.fn();
  await open();
});

afterEach(() => {
  visit.link.stop();
  render(null, document.body);
  localStorage.clear();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function open(): Promise<void> {
  visit = new Visit({ party: "me", token: "secret" }, site, inMemory());
  render(<Page visit={visit} />, document.body);
  await pass();
}

async function pass(ms = 0): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

async function available(reachable: readonly string[]): Promise<void> {
  broker.say({ type: "availability", open: reachable.length > 0, issues: reachable, reps: [] });
  await pass();
}

/** What has this accessible name, or nothing. */
function named(name: string): HTMLElement | undefined {
  const labelled = [...document.querySelectorAll("label")].find(
    (label) => label.textContent === name,
  );
  const all = [...document.querySelectorAll<HTMLElement>("button, [aria-label]")];
  const nameOf = (each: HTMLElement) => each.getAttribute("aria-label") ?? each.textContent;
  return labelled?.control ?? all.find((each) => nameOf(each) === name);
}

async function press(name: string): Promise<void> {
  named(name)?.click();
  await pass();
}

async function fill(name: string, text: string): Promise<void> {
  const field = named(name) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(
    new Event(field.tagName === "SELECT" ? "change" : "input", { bubbles: true }),
  );
  await pass();
}

const rules: Rules = { ...emptySession().rules, agreement_digest: digest };

async function happen(...facts: (Partial<Fact> & { type: Fact["type"] })[]): Promise<void> {
  for (const fact of facts) broker.happen("s1", fact);
  broker.say({ type: "my_sessions", sessions: ["s1"] });
  await pass();
}

async function opened(with_: Partial<Rules> = {}): Promise<void> {
  const about = { issue: "printer", team: "support", language: "en" };
  await happen({ type: "opened", by: "me", rules: { ...rules, ...with_ }, ...about });
}

test("there is no start button while nobody is there", async () => {
  expect(named("Start chat")).toBeUndefined();
  await available([]);
  expect(named("Start chat")).toBeUndefined();
  expect(document.body.textContent).toContain("Nobody is available right now.");
  await available(["printer"]);
  expect(named("Start chat")).toBeDefined();
});

test("only issues whose team is there can be chosen", async () => {
  await available(["printer"]);
  const options = [...document.querySelectorAll("option")];
  expect(options.filter(({ disabled }) => disabled).map(({ value }) => value)).toEqual(["network"]);
});

test("a start tells what was filled in", async () => {
  await available(["printer"]);
  await fill("What do you need help with?", "printer");
  await fill("Your name", " Zoë ");
  await fill("E-mail", "zoe@example.org");
  await press("Start chat");
  expect(broker.heard.find(({ type }) => type === "start")).toMatchObject({
    issue: "printer",
    name: "Zoë",
    email: "zoe@example.org",
    language: "en",
  });
});

test("a start without an issue says what is missing", async () => {
  await available(["printer"]);
  await press("Start chat");
  expect(document.querySelector("[role=alert]")?.textContent).toBe(
    "Please choose what it is about.",
  );
  expect(broker.heard.some(({ type }) => type === "start")).toBe(false);
});

test("a start that loses the race keeps what was typed", async () => {
  await available(["printer"]);
  await fill("What do you need help with?", "printer");
  await fill("Your name", "Zoë");
  broker.refusals.push("nobody_available");
  await press("Start chat");
  expect(document.body.textContent).toContain("Nobody is available there right now.");
  expect((named("Your name") as HTMLInputElement).value).toBe("Zoë");
});

test("a start in a second tab opens the session that the first one has begun", async () => {
  await available(["printer"]);
  await fill("What do you need help with?", "printer");
  broker.happen("s1", { type: "opened", by: "me", rules, issue: "printer", team: "support" });
  broker.refusals.push("not_now");
  broker.refusalDetail = "s1";
  await press("Start chat");
  expect(named("Accept")).toBeDefined();
});

test("a page that stands open learns of known problems", async () => {
  const more = { ...site, notices: [{ id: "web", text: "The web site is down." }] };
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(more)));
  await pass(31_000);
  expect(named("Known problems")?.textContent).toBe("The web site is down.");
});

test("nothing comes before the agreement", async () => {
  await opened();
  expect(document.body.textContent).toContain("We keep what you write.");
  expect(named("Message")).toBeUndefined();
  await press("Accept");
  expect(broker.heard).toContainEqual(
    expect.objectContaining({ type: "accept_agreement", session: "s1", digest }),
  );
});

test("who waits sees their place, and what is not known is not made up", async () => {
  await opened({ agreement_digest: "" });
  const queue = named("Queue");
  expect(queue?.getAttribute("role")).toBe("status");
  const position = { type: "position", session: "s1", position: 3 } as const;
  broker.say({ ...position, half_within: 0, most_within: 0 });
  await pass();
  expect(queue?.textContent).toContain("You are number 3 in the queue.");
  expect(queue?.textContent).toContain("we cannot say yet");
  broker.say({ ...position, half_within: 1, most_within: 6 });
  await pass();
  expect(queue?.textContent).toContain("Half wait under 1 minute, nine of ten under 6 minutes.");
});

test("only the newest hold message stands, and for how long the place is kept", async () => {
  await opened({ agreement_digest: "" });
  await happen({ type: "held", text: "You are number 3." });
  await happen({ type: "held", text: "You are number 2." });
  const text = document.body.textContent;
  expect(text).toContain("You are number 2.");
  expect(text).not.toContain("You are number 3.");
  expect(text).toContain("If this page is closed, your place is kept for 10 minutes.");
});

test("a known problem stands on the first screen and while one waits", async () => {
  await available(["printer"]);
  expect(named("Known problems")?.textContent).toBe("Mail is down.");
  await opened({ agreement_digest: "" });
  await happen({ type: "noticed", notice: "web", text: "The web site is down." });
  expect(named("Known problems")?.textContent).toContain("Mail is down.");
  expect(named("Known problems")?.textContent).toContain("The web site is down.");
  expect(document.querySelector("[role=log]")?.textContent).not.toContain("web site");
});

test("who leaves because of a notice names it, and is asked nothing more", async () => {
  await opened({ agreement_digest: "" });
  await press("Leave because of this");
  expect(broker.heard).toContainEqual(
    expect.objectContaining({ type: "leave_on_notice", session: "s1", notice: "mail" }),
  );
  await happen({ type: "ended", by: "me", ending: "left_on_notice", notice: "mail" });
  expect(document.querySelector(".ended")?.textContent).toContain("Mail is down.");
  expect(named("Exit survey")).toBeUndefined();
});

test("who cannot be helped any more reads the site's words and where to go on", async () => {
  await opened({ agreement_digest: "" });
  await happen({ type: "ended", by: "", ending: "orphaned", notice: "" });
  expect(document.querySelector("h2")?.textContent).toBe("We have all gone home.");
  const link = document.querySelector<HTMLAnchorElement>(".ended a");
  expect(link?.href).toBe("https://help.example.org/");
  expect(link?.rel).toContain("noopener");
});

test("the text grows and shrinks in four steps, and stays so", async () => {
  const size = () => document.documentElement.dataset.textSize;
  await press("Menu");
  for (let presses = 0; presses < 4; presses++) await press("Larger text");
  expect(size()).toBe("3");
  expect(named("Larger text")?.getAttribute("aria-disabled")).toBe("true");
  await press("Smaller text");
  visit.link.stop();
  render(null, document.body);
  await open();
  expect(size()).toBe("2");
});

test("Escape closes the menu and leaves the keyboard at its button", async () => {
  await press("Menu");
  const inside = named("Mute sounds");
  inside?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  await pass();
  expect(named("Mute sounds")).toBeUndefined();
  expect(document.activeElement).toBe(named("Menu"));
});

test("another language is spoken at once, in the menu too", async () => {
  await press("Menu");
  await fill("Language", "de");
  await vi.waitFor(() => expect(named("Ton aus")).toBeDefined(), { timeout: 30_000 });
  expect(document.documentElement.lang).toBe("de");
  await fill("Sprache", "en");
  await vi.waitFor(() => expect(named("Mute sounds")).toBeDefined(), { timeout: 30_000 });
});

test("erasing one's own words is explained, confirmed and receipted", async () => {
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  await opened({ agreement_digest: "", recording_digest: "d" });
  await happen({ type: "recording_answered", by: "me", allowed: true });
  await press("Menu");
  await press("Delete my data");
  expect(document.querySelector("dialog")?.textContent).toContain("what others have written");
  expect(broker.heard.some(({ type }) => type === "erase_my_texts")).toBe(false);
  await press("Delete for good");
  expect(broker.heard.some(({ type }) => type === "erase_my_texts")).toBe(true);
  await happen({ type: "texts_erased", by: "me", receipt: "r-42" });
  expect(document.querySelector("dialog")?.textContent).toContain("Receipt number: r-42");
  expect(document.querySelector("dialog")?.textContent).toContain("recordings: 7-abc");
});

test("what is said stands in the conversation with its receipt", async () => {
  await opened({ agreement_digest: "" });
  await happen({ type: "accepted", by: "rep", name: "Ana" });
  await fill("Message", "Hello");
  await press("Send");
  const log = document.querySelector("[role=log]");
  expect(log?.textContent).toContain("Hello");
  expect(log?.textContent).toContain("· Sent");
  broker.say({ type: "marks", session: "s1", party: "rep", delivered: 3, read: 3 });
  await pass();
  expect(log?.textContent).toContain("· Read");
});

test("a line that cannot be read is shown as not sent, and can be edited", async () => {
  await opened({ agreement_digest: "" });
  await happen({ type: "accepted", by: "rep", name: "Ana" });
  broker.refusals.push("malformed");
  await fill("Message", "Hello");
  await press("Send");
  const log = document.querySelector("[role=log]");
  expect(log?.textContent).toContain("Not sent: This could not be understood.");
  await press("Edit");
  expect((named("Message") as HTMLTextAreaElement).value).toBe("Hello");
  expect(log?.textContent).not.toContain("Hello");
});

test("what was erased is gone from the screen at once", async () => {
  await opened({ agreement_digest: "" });
  await happen({ type: "said", by: "me", text: "My secret" });
  const log = document.querySelector("[role=log]");
  expect(log?.textContent).toContain("My secret");
  await happen({ type: "texts_erased", by: "me", receipt: "r" });
  expect(log?.textContent).not.toContain("My secret");
  expect(log?.textContent).toContain("Deleted");
});

test("what was typed but not sent is there after a reload", async () => {
  await opened({ agreement_digest: "" });
  await fill("Message", "half a thou");
  visit.link.stop();
  render(null, document.body);
  await open();
  expect((named("Message") as HTMLTextAreaElement).value).toBe("half a thou");
});

test("a link in a message can do nothing but lead away", async () => {
  await opened({ agreement_digest: "" });
  await happen({ type: "said", by: "rep", text: "<b>https://example.org</b> javascript:alert(1)" });
  const links = [...document.querySelectorAll<HTMLAnchorElement>("[role=log] a")];
  expect(links.map(({ href, rel }) => [href, rel])).toEqual([
    ["https://example.org/", "noopener noreferrer nofollow"],
  ]);
  expect(document.querySelector("[role=log] b")).toBeNull();
});

test("a silent chat warns, and one click keeps it", async () => {
  await opened({ agreement_digest: "" });
  await happen({ type: "accepted", by: "rep", name: "Ana" }, { type: "warned", until: 60_000 });
  await press("I am still here");
  expect(broker.heard).toContainEqual(expect.objectContaining({ type: "extend" }));
});

test("ending is asked about once, and can be taken back", async () => {
  await opened({ agreement_digest: "" });
  await press("End chat");
  await press("Keep chatting");
  expect(broker.heard.some(({ type }) => type === "end")).toBe(false);
  await press("End chat");
  await press("End chat");
  expect(broker.heard.some(({ type }) => type === "end")).toBe(true);
});

test("an ended chat says why, asks how it was, and can begin anew", async () => {
  await opened({ agreement_digest: "" });
  await happen(
    { type: "accepted", by: "rep", name: "Ana" },
    { type: "ended", ending: "rep_ended" },
  );
  expect(document.querySelector("h2")?.textContent).toBe("Ana has ended the chat.");
  expect(named("Exit survey")?.getAttribute("role")).toBe("dialog");
  await press("Skip");
  await happen({ type: "survey_skipped", by: "me" });
  await press("Start chat");
  expect(named("What do you need help with?")).toBeDefined();
});

test("who goes on in the app is asked nothing here, and can come back", async () => {
  await opened({ agreement_digest: "" });
  await happen({ type: "accepted", by: "ana", name: "Ana" }, { type: "app_offered", by: "ana" });
  expect(document.body.textContent).toContain("Ana suggests that you go on in the app");
  await press("Stay in the browser");
  expect(broker.heard.at(-1)).toMatchObject({ type: "decline_app", session: "s1" });
  await happen(
    { type: "app_declined", by: "me" },
    { type: "grants_requested", by: "ana", tools: ["control"], until: Date.now() + 30_000 },
  );
  expect(document.body.textContent).toContain("Ana asks for your permission");
  await happen({ type: "moved", by: "me", where: "app" });
  expect(document.body.textContent).toContain("This chat goes on in the app");
  expect(named("Message")).toBeUndefined();
  expect(document.body.textContent).not.toContain("Ana asks for your permission");
  await press("Go on here");
  expect(broker.heard.at(-1)).toMatchObject({ type: "move_to", where: "page" });
  await happen({ type: "moved", by: "me", where: "page" });
  expect(named("Message")).toBeDefined();
});
