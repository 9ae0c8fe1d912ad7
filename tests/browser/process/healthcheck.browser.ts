import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { collect, freePort, spawnProduct, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";

describe("the health check of a container with the pages", () => {
  it("is well when the pages answer", { timeout: 300_000 }, async () => {
    const product = await startProduct();
    const port = String(await freePort());
    const env = { HOLDFAST_ROLE: "web", HOLDFAST_API_URL: product.url, HOST: "127.0.0.1", PORT: port };
    const check = () => {
      const script = join(import.meta.dirname, "../../../apps/server/src/healthcheck.ts");
      const { status, stdout } = spawnSync(process.execPath, [script], { encoding: "utf8", env });
      return { code: status, text: stdout };
    };
    expect(check()).toMatchObject({ code: 1, text: expect.stringContaining("ECONNREFUSED") });
    const pages = spawnProduct(env, { args: [] });
    const output = collect(pages);
    try {
      await eventually(() => check().code === 0, 180_000).catch((error: Error) => {
        throw new Error(`${error.message}: ${check().text} ${output()}`);
      });
      expect(check()).toEqual({ code: 0, text: "Role web is well.\n" });
    } finally {
      const exit = once(pages, "exit");
      pages.kill("SIGKILL");
      await exit;
      await product.stop();
    }
  });
});
