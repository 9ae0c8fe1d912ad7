import type { Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { row, type Stage, setStage } from "./stage.ts";

/** Bytes of script that the files page may cost before it is idle, as they travel. */
const heaviest = 220_000;

let stage: Stage;
let folderId: string;

beforeAll(async () => {
  stage = await setStage({ HOLDFAST_AUTH_RATE_LIMIT: "0" });
  const inner = await stage.put("letters/first.txt", "first").catch(() => null);
  expect(inner).toBeNull();
});
afterAll(() => stage?.end());
