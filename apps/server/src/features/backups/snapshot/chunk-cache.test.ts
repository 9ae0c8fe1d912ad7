import { expect, test } from "vitest";
import type { Database } from "../../../platform/database/database.ts";
import { createChunkCache } from "./chunk-cache.ts";

test("what two files expect at once is known until both have been added", () => {
  const cache = createChunkCache({} as Database, "a target");
  const chunk = Buffer.alloc(32, 7);
  cache.expect("shared", chunk);
  cache.expect("shared", chunk);
  cache.forget("shared");
  expect(cache.get("shared")).toEqual([chunk.toString("hex")]);
  cache.forget("shared");
  expect(cache.get("shared")).toBeUndefined();
  // Who had nothing to expect forgets nothing.
  cache.forget("shared");
  cache.expect("shared", chunk);
  expect(cache.get("shared")).toHaveLength(1);
});
