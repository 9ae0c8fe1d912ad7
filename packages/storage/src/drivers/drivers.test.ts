import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { ObjectStore } from "../object-store.ts";
import { driverCases } from "../testing/driver-suite.ts";
import { runS3rver } from "../testing/run-s3rver.ts";
import { withRetry } from "../wrappers/retry.ts";
import { createLocalStore } from "./local.ts";
import { createMemoryStore } from "./memory.ts";
import { createS3Store } from "./s3.ts";

interface Place {
  store: ObjectStore;
  remove(): Promise<void>;
}

const drivers: Record<string, () => Promise<Place>> = {
  async memory() {
    return { store: createMemoryStore(), async remove() {} };
  },
  async local() {
    const root = await mkdtemp(path.join(os.tmpdir(), "holdfast-store-"));
    return { store: await createLocalStore({ root }), remove: () => rm(root, { recursive: true }) };
  },
  async "local, with retry"() {
    const root = await mkdtemp(path.join(os.tmpdir(), "holdfast-store-"));
    return { store: withRetry(await createLocalStore({ root })), remove: () => rm(root, { recursive: true }) };
  },
  async s3() {
    const { endpoint, bucket, credentials, close } = await runS3rver();
    const store = await createS3Store({
      bucket,
      prefix: "holdfast/",
      region: "us-east-1",
      endpoint,
      pathStyle: true,
      credentials,
    });
    return { store, remove: close };
  },
};

for (const [name, make] of Object.entries(drivers)) {
  describe(`object store: ${name}`, () => {
    let place: Place;
    beforeAll(async () => {
      place = await make();
    });
    afterAll(async () => {
      await place.store.close();
      await place.remove();
    });
    for (const driverCase of driverCases) {
      test(driverCase.name, { timeout: 30_000 }, () => driverCase.run(place.store));
    }
  });
}
