import { expect, it } from "vitest";
import { reachOf } from "./reach.ts";

it.each([
  ["http://localhost:3000/s/x", "this-computer"],
  ["http://127.0.0.1:3000/s/x", "this-computer"],
  ["http://127.1/s/x", "this-computer"],
  ["http://[::1]:3000/s/x", "this-computer"],
  ["http://10.0.0.7/s/x", "network"],
  ["http://192.168.1.20:3000/s/x", "network"],
  ["http://172.31.0.1/s/x", "network"],
  ["http://172.32.0.1/s/x", "anyone"],
  ["http://100.64.0.1/s/x", "network"],
  ["http://100.128.0.1/s/x", "anyone"],
  ["http://[fd00::1]/s/x", "network"],
  ["http://[2001:db8::1]/s/x", "anyone"],
  ["http://nas/s/x", "network"],
  ["http://nas.local/s/x", "network"],
  ["https://files.example.org/s/x", "anyone"],
  ["https://fc.example.org/s/x", "anyone"],
])("%s reaches %s", (address, reach) => {
  expect(reachOf(address)).toBe(reach);
});
