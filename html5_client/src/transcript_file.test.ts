import { expect, test } from "vitest";
import { asHtml, asText } from "./transcript_file.ts";

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
