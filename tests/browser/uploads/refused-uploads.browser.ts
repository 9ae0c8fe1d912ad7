import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminUpdateUser, listFiles, listUploads, listVersions, me } from "../../../packages/contract/src/index.ts";
import { row, type Stage, setStage } from "../stage.ts";

describe("uploads that came whole and could not become files", () => {
  let stage: Stage;
  let page: Page;
  let folder: string;
  const tray = () => page.getByRole("region", { name: "Uploads" });
  const files = async () => (await stage.call(listFiles, {})).items.map(({ name, fileSize }) => `${name} ${fileSize}`);
  const upload = async (name: string, bytes: Buffer) => {
    await writeFile(join(folder, name), bytes);
    await page.getByLabel("Upload files", { exact: true }).setInputFiles(join(folder, name));
  };
  const question = () => page.getByRole("dialog", { name: /already exists/ });

  beforeAll(async () => {
    stage = await setStage();
    folder = await mkdtemp(join(tmpdir(), "holdfast-refused-"));
    ({ page } = await stage.open());
    await stage.signIn(page);
  });
  afterAll(async () => {
    await stage?.end();
    await rm(folder, { recursive: true, force: true });
  });

  it("are finished by the answer to the question, without sending a byte again", async () => {
    await stage.put("film.bin", "older");
    await upload("film.bin", randomBytes(3_000_000));
    await question().waitFor();
    const sent: string[] = [];
    page.on("request", (request) => void sent.push(request.method()));
    await question()
      .getByRole("button", { name: /Keep both/ })
      .click();
    await tray().getByText("1 upload done").waitFor();
    await row(page, "film (2).bin").waitFor();
    expect(await files()).toEqual(["film (2).bin 3000000", "film.bin 5"]);
    expect(sent.filter((method) => method === "PATCH")).toEqual([]);
    expect((await stage.call(listUploads, {})).items).toEqual([]);

    await upload("film.bin", randomBytes(3_000_001));
    await question().getByRole("button", { name: /Skip/ }).click();
    await expect.poll(async () => (await stage.call(listUploads, {})).items).toEqual([]);
    await tray().getByRole("button", { name: "Close" }).click();
  });

  it("wait for an answer after their page was closed, and are replaced or discarded", async () => {
    await upload("film.bin", randomBytes(2_000_000));
    await question().waitFor();
    page.once("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await tray().getByText("There is already something called", { exact: false }).waitFor();
    expect(await tray().getByText("interrupted").count()).toBe(0);
    await tray().getByRole("button", { name: "Replace film.bin" }).click();
    await tray().waitFor({ state: "hidden" });
    expect(await files()).toContain("film.bin 2000000");
    const film = (await stage.call(listFiles, {})).items.find(({ name }) => name === "film.bin");
    expect((await stage.call(listVersions, { params: { id: film?.id ?? "" } })).items).toHaveLength(2);

    await upload("film.bin", randomBytes(2_500_000));
    await question().waitFor();
    page.once("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await tray().getByRole("button", { name: "Discard film.bin" }).click();
    await tray().waitFor({ state: "hidden" });
    await expect.poll(async () => (await stage.call(listUploads, {})).items).toEqual([]);
    expect(await files()).toContain("film.bin 2000000");
  });

  it("say that the storage is full, and are stored when there is room", async () => {
    const { usedBytes } = await stage.call(me);
    const quota = (quotaBytes: number | null) =>
      stage.call(adminUpdateUser, { params: { id: stage.user.id }, body: { quotaBytes } });
    // Lowered while the bytes are on their way: the last request is held back until then.
    await page.route("**/api/v1/uploads/*", async (route) => {
      if (route.request().method() === "PATCH") await quota(usedBytes);
      await route.continue();
    });
    await upload("late.bin", randomBytes(2_000_000));
    await tray().getByText("Storage full, 1 file left").waitFor();
    await page.unroute("**/api/v1/uploads/*");
    page.once("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await tray().getByText("empty the trash, or ask", { exact: false }).waitFor();
    await quota(null);
    await tray().getByRole("button", { name: "Try again to store late.bin" }).click();
    await row(page, "late.bin").waitFor();
    expect(await files()).toContain("late.bin 2000000");
  });
});
