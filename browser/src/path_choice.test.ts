import { expect, test } from "vitest";
import { PathChoice, SILENT_MS } from "./path_choice.ts";

/** The sharer's clock is behind by so much (ms). */
const BEHIND = 3_600_000;

/** Let `direct` (ms one way) answer four times, and the relay bring something after `relay`. */
function known(relay: number, direct: number): PathChoice {
  const choice = new PathChoice();
  choice.relayBegan(1_000);
  choice.begin(1_000);
  choice.cameByRelay(2_000 - BEHIND, 2_000 + relay);
  for (let turn = 0; turn < 4; turn++) choice.answered(2_000 - BEHIND, 2_000 + direct);
  return choice;
}

test("the quicker way is taken, whatever the clocks say", () => {
  expect(known(80, 1).gain).toBe(79);
  expect(known(80, 1).shouldTake(2_100)).toBe(true);
});

test("a way that is hardly quicker is not worth the change", () => {
  expect(known(4, 1).shouldTake(2_100)).toBe(false);
  expect(known(1, 80).shouldTake(2_100)).toBe(false);
});

test("what was drawn before the relay's socket opened says nothing", () => {
  const choice = known(80, 1);
  choice.relayBegan(9_000);
  choice.cameByRelay(2_000 - BEHIND, 9_050);
  expect(choice.gain).toBeNull();
  choice.cameByRelay(9_100 - BEHIND, 9_180);
  expect(choice.gain).toBe(79);
});

test("nothing is believed after too few answers", () => {
  const choice = new PathChoice();
  choice.relayBegan(1_000);
  choice.begin(1_000);
  choice.cameByRelay(2_000 - BEHIND, 2_080);
  choice.answered(2_000 - BEHIND, 2_001);
  expect(choice.shouldTake(2_100)).toBe(false);
});

test("a way that answers no more, or has become the slower one, is left", () => {
  const choice = known(80, 1);
  expect(choice.shouldLeave(2_100)).toBe(false);
  expect(choice.shouldLeave(2_001 + SILENT_MS + 1)).toBe(true);
  for (let turn = 0; turn < 6; turn++) choice.answered(3_000 - BEHIND, 3_200);
  expect(choice.shouldLeave(3_200)).toBe(true);
});

test("a way that was left is not taken again at once, and later each time", () => {
  const choice = known(80, 1);
  const answered = (now: number) => choice.answered(now - 1 - BEHIND, now);
  choice.left(2_000);
  answered(11_900);
  expect(choice.shouldTake(11_950)).toBe(false);
  answered(12_000);
  expect(choice.shouldTake(12_050)).toBe(true);
  choice.left(12_050);
  answered(32_000);
  expect(choice.shouldTake(32_000)).toBe(false);
});
