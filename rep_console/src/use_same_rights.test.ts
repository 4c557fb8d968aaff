import { expect, test } from "vitest";
import { isSame } from "./use_same_rights.ts";

const ana = {
  party: "r-1",
  name: "Ana",
  role: "rep",
  teams: [
    { id: "support", name: "Support" },
    { id: "network", name: "Network" },
  ],
} as const;

test("a link that comes back with the same rights changes nothing", () => {
  expect(isSame(ana, { role: "rep", teams: ["network", "support"] })).toBe(true);
});

test("another role or other teams are noticed", () => {
  expect(isSame(ana, { role: "lead", teams: ["network", "support"] })).toBe(false);
  expect(isSame(ana, { role: "rep", teams: ["support"] })).toBe(false);
  expect(isSame(ana, { role: "rep", teams: [] })).toBe(false);
});

test("the teams of somebody who serves none do not matter", () => {
  expect(isSame({ ...ana, role: "admin" }, { role: "admin", teams: [] })).toBe(true);
});
