import { rename } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listFiles } from "../../../packages/contract/src/index.ts";
import { eventually } from "../../support/server.ts";
import { row, type Stage, setStage } from "../stage.ts";

/** The data folder goes away under the server and comes back: what a person sees of it. */
describe("a server whose disk is away for a while", () => {
  let stage: Stage;
  let page: Page;
  const changes: string[] = [];
  const notice = () => page.getByText("Reconnecting to the server…");
  const leave = async () => {
    await rename(stage.product.dataDir, `${stage.product.dataDir}.away`);
    await eventually(async () => (await fetch(`${stage.url}/api/v1/settings`)).status === 503, 20_000);
  };
  const comeBack = async () => {
    await rename(`${stage.product.dataDir}.away`, stage.product.dataDir);
    await eventually(async () => (await fetch(`${stage.url}/api/v1/settings`)).ok, 20_000);
  };

  beforeAll(async () => {
    stage = await setStage();
    for (const name of ["alpha.txt", "beta.txt"]) await stage.put(name, name);
    ({ page } = await stage.open());
    page.setDefaultTimeout(30_000);
    await stage.signIn(page);
    await row(page, "alpha.txt").waitFor();
    page.on("request", (request) => {
      if (request.method() !== "GET") changes.push(`${request.method()} ${new URL(request.url()).pathname}`);
    });
  });
  afterAll(() => stage?.end());

  it("reads by itself once the server is back, and says meanwhile that it is reconnecting", async () => {
    await leave();
    await page.getByRole("link", { name: "Trash" }).first().click();
    await notice().waitFor();
    expect(await page.getByText("This did not load").count()).toBe(0);
    await comeBack();
    await notice().waitFor({ state: "detached" });
    await page.getByText("The trash is empty").waitFor();
    await page.getByRole("link", { name: "Files" }).first().click();
    await row(page, "alpha.txt").waitFor();
  });

  it("says that a change was not made, asks before it is sent again, and never sends it by itself", async () => {
    await leave();
    changes.length = 0;
    await row(page, "alpha.txt").getByText("alpha.txt").click();
    await page.keyboard.press("Delete");
    const again = page.getByRole("button", { name: "Try again" });
    await again.waitFor();
    await page.getByText("is its disk connected?").first().waitFor();
    await comeBack();
    await row(page, "alpha.txt").waitFor();
    // Long enough for whatever would send it again by itself.
    await page.waitForTimeout(2_000);
    expect(changes).toEqual(["POST /api/v1/files/bulk"]);
    expect((await stage.call(listFiles, {})).items).toHaveLength(2);
    await again.click();
    await row(page, "alpha.txt").waitFor({ state: "detached" });
    await expect
      .poll(async () => (await stage.call(listFiles, {})).items.map(({ name }) => name))
      .toEqual(["beta.txt"]);
  });

  it("hears of changes again, whose stream the server had refused", async () => {
    await eventually(async () => {
      await stage.put(`new ${Date.now()}.txt`, "new");
      return (await page.getByText(/^new \d+\.txt$/).count()) > 0;
    }, 30_000);
  });
});
