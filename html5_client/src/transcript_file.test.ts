import { expect, test } from "vitest";
import type { FileOffered, Session } from "@deskside/browser/contract";
import { asHtml, asText, saidIn } from "./transcript_file.ts";

const lines = [
  { time: "9:00", name: "Ana", text: "<script>alert('a & b')</script>" },
  { time: "9:01", name: "", text: "Ana has left." },
];

test("nothing that was said is markup in the file", () => {
  const html = asHtml(lines, "Salt & Sand");
  expect(html).not.toContain("<script>");
  expect(html).toContain("&lt;script&gt;alert(&#39;a &amp; b&#39;)&lt;/script&gt;");
  expect(html).toContain("<h1>Salt &amp; Sand</h1>");
});

test("the text names who said what and when", () => {
  const text = asText(lines, "Salt & Sand");
  expect(text).toContain("[9:00] Ana: <script>");
  expect(text).toContain("[9:01] Ana has left.");
});

test("a file is told of with its size, and whether it arrived", () => {
  const offered = { type: "file_offered", file: "f", name: "../a\u202eb.pdf", size: 3_145_728 };
  const told = (state: string) =>
    saidIn(offered as FileOffered, { files: { f: { state } } } as unknown as Session);
  expect(told("arrived")).toBe("ab.pdf (3 MB)");
  expect(told("declined")).toBe("ab.pdf (3 MB) · Not sent");
  const erased = saidIn({ ...offered, erased: true } as FileOffered, { files: {} } as Session);
  expect(erased).toContain("The name was erased. (3 MB)");
});
