import { expect, test } from "vitest";
import { addressed } from "./addressed.ts";

test.each([
  ["Welcome, {name}.", "Zoë", "Welcome, Zoë."],
  ["Welcome, {name}.", "", "Welcome."],
  ["{name}, welcome!", "", "welcome!"],
  ["Hello {name}!", "", "Hello!"],
  ["Bonjour {name} ; merci", "", "Bonjour ; merci"],
  ["{name} and {name}", "$& {name}", "$& {name} and $& {name}"],
  ["No macro here {other}", "", "No macro here {other}"],
])("%s for %j", (text, name, said) => {
  expect(addressed(text, name)).toBe(said);
});
