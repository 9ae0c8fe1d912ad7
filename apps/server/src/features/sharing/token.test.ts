import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import { decodeToken, deriveLinkKeys, encodeToken } from "./token.ts";

const keys = deriveLinkKeys(Buffer.alloc(32, 7));
const id = "019389a0-1234-7abc-8def-0123456789ab";

test("a token is what the format says, for good", () => {
  expect(encodeToken(keys, id)).toBe("0NArVfMcW6eJys2zKS3wgHFmW8YbmLHv75smu9zddqp");
});

test("every link's token leads back to it, zeros in front included", () => {
  const ids = [id, "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];
  for (let i = 0; i < 1000; i++) ids.push(newId());
  for (const each of ids) {
    const token = encodeToken(keys, each);
    expect(token).toMatch(/^[0-9A-Za-z]{43}$/);
    expect(decodeToken(keys, token)).toBe(each);
  }
});

test("no other token opens anything: each character counts, and so does the key", () => {
  const token = encodeToken(keys, id);
  for (let i = 0; i < token.length; i++) {
    const other = token[i] === "x" ? "y" : "x";
    expect(decodeToken(keys, token.slice(0, i) + other + token.slice(i + 1))).toBeNull();
  }
  const others = [
    "",
    "z".repeat(43),
    token.slice(1),
    `${token}0`,
    `0${token}`,
    token.toLowerCase(),
    `${token.slice(0, 42)}-`,
    `${token}\n`,
  ];
  for (const other of others) expect(decodeToken(keys, other)).toBeNull();
  expect(decodeToken(deriveLinkKeys(randomBytes(32)), token)).toBeNull();
});

test("the keys derived from one are three", () => {
  expect(new Set([keys.token, keys.unlock, keys.recipient].map((key) => key.toString("hex"))).size).toBe(3);
});
