import { expect, test } from "vitest";
import {
  BadPiece,
  Joiner,
  commitment,
  describe as describeEnd,
  endOf,
  pieces,
  readControl,
  shortCode,
} from "./direct_wire.ts";

const END = {
  fingerprint: "0123456789abcdef".repeat(4),
  username: "abcd",
  password: "x".repeat(22),
  candidates: [
    { foundation: "1", priority: 2_130_706_431, address: "192.0.2.1", port: 4000, kind: "host" },
    { foundation: "2", priority: 1_845_501_695, address: "fd00::2", port: 4001, kind: "relay" },
  ],
  most: 65_536,
} as const;

test("a message comes out of its pieces as it went in", () => {
  const joiner = new Joiner();
  const message = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251);
  const cut = [...pieces(message, 65_536)];
  expect(Math.max(...cut.map((each) => each.length))).toBe(16 * 1024);
  const joined = cut.map((each) => joiner.join(each)).filter(Boolean);
  expect(joined).toEqual([message]);
});

test("a message without an end is given up", () => {
  const joiner = new Joiner();
  const piece = new Uint8Array(16 * 1024).fill(1);
  expect(() => {
    for (let turn = 0; turn < 65; turn++) joiner.join(piece);
  }).toThrow(BadPiece);
});

test("what is no piece is refused", () => {
  for (const bytes of [[], [0], [2, 1], new Array<number>(300_000).fill(0)]) {
    expect(() => new Joiner().join(Uint8Array.from(bytes))).toThrow(BadPiece);
  }
});

test("an end is read from what was written of it", () => {
  expect(endOf(describeEnd(END, "active"))).toEqual(END);
});

test("a description always has a certificate and DTLS", () => {
  const described = describeEnd(END, "active");
  expect(described).toContain("m=application 9 UDP/DTLS/SCTP webrtc-datachannel");
  expect(described).toContain("a=fingerprint:sha-256 01:23:45");
  expect(() => endOf(described.replace("sha-256", "sha-1"))).toThrow(BadPiece);
});

test("what says nothing that we know is passed over", () => {
  for (const text of [
    "",
    "null",
    "[]",
    '{"type":"run"}',
    '{"type":1}',
    '{"type":"pong","time":"x"}',
  ])
    expect(readControl(text)).toBeNull();
  expect(readControl('{"type":"leave"}')).toEqual({ type: "leave" });
});

// Computed by protocol/direct.py.
test("the code is the one that the customer's end computes", async () => {
  const [viewer, sharer] = ["1".repeat(64), "2".repeat(64)];
  expect(await shortCode(viewer, sharer, "3".repeat(32), "4".repeat(32))).toBe("195791");
  expect(await commitment("3".repeat(32), viewer)).toBe(
    "9ab84e5e6020a3fb152b9aa2fefdd6c309fbe352c18cb70d4da7c3b27f005be9",
  );
});
