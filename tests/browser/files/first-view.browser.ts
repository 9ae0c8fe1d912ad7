import type { Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFolder } from "../../../packages/contract/src/index.ts";
import { row, type Stage, setStage } from "../stage.ts";

/** Bytes of script that the files page may cost until it stands, as they travel; gzip is what browsers take without TLS. */
const heaviest = { br: 220_000, gzip: 245_000 };
const scripts = /\/_next\/static\/.*\.js/;

describe("the first view of the files page", () => {
  let stage: Stage;
  let folderId: string;

  beforeAll(async () => {
    stage = await setStage();
    const folder = await stage.call(createFolder, { body: { name: "Letters" } });
    folderId = folder.id;
    await stage.put("inner.txt", "inner", folderId);
    await stage.put("kelp.txt", "kelp");
  });
  afterAll(() => stage?.end());

  /** Somebody who is signed in, in a window that has loaded nothing yet. */
  async function newWindow(): Promise<Page> {
    const { page, context } = await stage.open();
    await stage.signIn(page);
    const state = await context.storageState();
    await context.close();
    return (await stage.open({ storageState: state })).page;
  }

  /** What the page asks the API for, by path and query. */
  function requestsOf(page: Page): string[] {
    const asked: string[] = [];
    page.on("request", (request: Request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith("/api/v1/")) asked.push(pathname + search);
    });
    return asked;
  }

  it("asks for session, folder and first entries before its code is there, draws its frame, and asks for nothing twice", async () => {
    const page = await newWindow();
    const asked = requestsOf(page);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    await page.route(scripts, async (route) => {
      await held;
      await route.continue();
    });
    const open = page.goto(`/files/${folderId}`);
    const wanted = ["/api/v1/auth/session", `/api/v1/files?parentId=${folderId}`, `/api/v1/files/${folderId}`];
    const counts = () => wanted.map((path) => asked.filter((url) => url === path || url.startsWith(`${path}&`)).length);
    await expect.poll(counts).toEqual([1, 1, 1]);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Trash" }).waitFor();
    await page.locator(".skeleton").first().waitFor();
    release();
    await open;
    await row(page, "inner.txt").waitFor();
    await page.getByRole("link", { name: "Letters" }).waitFor();
    expect(counts()).toEqual([1, 1, 1]);
    await page.context().close();
  });

  it("keeps what is typed the moment its field is there", async () => {
    const page = await newWindow();
    await page.addInitScript(`new MutationObserver((_, observer) => {
      const field = document.querySelector('[aria-label="Filter this folder"]');
      if (!field) return;
      observer.disconnect();
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, "kelp");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }).observe(document, { childList: true, subtree: true })`);
    await page.goto("/files");
    await row(page, "kelp.txt").waitFor();
    await row(page, "Letters").waitFor({ state: "detached" });
    expect(await page.getByLabel("Filter this folder").inputValue()).toBe("kelp");
    await page.context().close();
  });

  it("keeps to the order that this device remembers, and asks once", async () => {
    const page = await newWindow();
    await page.addInitScript(`localStorage.setItem("holdfast.view", '{"sort":"size","order":"desc"}')`);
    const asked = requestsOf(page);
    await page.goto("/files");
    await row(page, "kelp.txt").waitFor();
    const lists = asked.filter((url) => url.startsWith("/api/v1/files?"));
    expect(lists).toEqual(["/api/v1/files?sort=size&order=desc&limit=100"]);
    await page.context().close();
  });

  it(`costs at most ${heaviest.br / 1000} KB of script, without what is for later`, async () => {
    const page = await newWindow();
    await page.goto("/files");
    await row(page, "kelp.txt").waitFor();
    await expect.poll(() => page.evaluate(`performance.getEntriesByName("idle-code-there").length`)).toBe(1);
    const [first, later] = (await page.evaluate(`(() => {
      const [idle] = performance.getEntriesByName("idle-code");
      const all = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"));
      const names = (keep) => [...new Set(all.filter(keep).map(({ name }) => name))];
      return [names(({ startTime }) => startTime < idle.startTime), names(({ startTime }) => startTime >= idle.startTime)];
    })()`)) as [string[], string[]];
    expect(first.length).toBeGreaterThan(5);
    for (const encoding of ["br", "gzip"] as const) {
      let bytes = 0;
      for (const url of first) {
        const answer = await page.request.head(url, { headers: { "accept-encoding": encoding } });
        expect(answer.headers()["content-encoding"], url).toBe(encoding);
        bytes += Number(answer.headers()["content-length"]);
      }
      expect(bytes, encoding).toBeLessThanOrEqual(heaviest[encoding]);
      console.log(`files page: ${bytes} bytes of script by ${encoding}`);
    }
    const textOf = async (urls: string[]) =>
      (await Promise.all(urls.map(async (url) => (await page.request.get(url)).text()))).join("\n");
    const [now, then] = [await textOf(first), await textOf(later)];
    // Words by which the parts are known: share dialog, upload engine, palette, preview, messages.
    for (const word of ["createAndCopy", "Tus-Resumable", "cmdk-", "oklch(0.16_0.012_215)", "data-sonner-toast"]) {
      expect(then.includes(word), `${word} comes when the page is idle`).toBe(true);
      expect(now.includes(word), `${word} is not in the first view`).toBe(false);
    }
    expect(now.includes("ZodError")).toBe(false);
    await page.context().close();
  });

  it("has everything once it is idle: dialogs, menus, previews and messages without a network", async () => {
    const page = await newWindow();
    await page.goto("/files");
    await row(page, "kelp.txt").waitFor();
    await expect.poll(() => page.evaluate(`performance.getEntriesByName("idle-code-there").length`)).toBe(1);
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Actions for kelp.txt" }).click();
    await page.getByRole("menuitem", { name: "Share" }).click();
    await page.getByRole("dialog", { name: /kelp\.txt/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    await page.keyboard.press("Escape");
    await row(page, "kelp.txt").dblclick();
    await page.getByRole("dialog", { name: "kelp.txt" }).waitFor();
    await page.context().close();
  });
});
