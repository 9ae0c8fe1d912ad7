import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aviFile, pdfFile, pngFile } from "../../support/media.ts";
import { row, type Stage, setStage } from "../stage.ts";

const markdown = `# Plan

| Town | Nights |
|:-----|-------:|
| Bodø | 2 |
| Reine \\| Å | **3** |

- [x] Book the ferry
- [ ] Pack
  - tent

![A map](map.png) ![Far](https://example.com/spy.png)
`;

describe("previews", () => {
  let stage: Stage;
  let page: Page;
  let quiet: () => string[];
  const requests: string[] = [];
  const preview = (name: string) => page.getByRole("dialog", { name });
  const open = async (name: string) => {
    await row(page, name).dblclick();
    await preview(name).waitFor();
    return preview(name);
  };
  const close = async () => {
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction("!history.state?.overlay");
  };

  beforeAll(async () => {
    stage = await setStage();
    await stage.put("clip.avi", aviFile());
    await stage.put("plan.md", markdown);
    await stage.put("latin.txt", Buffer.from("Gr\xfc\xdfe aus K\xf6ln \x80", "latin1"));
    await stage.put("utf16.txt", Buffer.from("\ufeffGrüße", "utf16le"));
    await stage.put("empty.txt", "");
    await stage.put("paper.pdf", pdfFile());
    for (let n = 1; n <= 3; n++) await stage.put(`photo ${n}.png`, pngFile(1200, 900));
    ({ page, quiet } = await stage.open());
    page.on("request", (request) => requests.push(request.url()));
    await stage.signIn(page);
    await row(page, "clip.avi").waitFor();
  });
  afterAll(() => stage?.end());
  beforeEach(async () => {
    // What failed before leaves its preview open.
    if (await page.getByRole("dialog").count()) await close();
  });

  it("say that a film cannot be played, and offer its download", async () => {
    const dialog = await open("clip.avi");
    await dialog.getByText("This browser cannot play AVI").waitFor();
    expect(await dialog.getByRole("link", { name: "Download" }).last().getAttribute("href")).toContain("attachment");
    await close();
  });

  it("show tables, tasks and nested lists of Markdown, and load no picture it names", async () => {
    const dialog = await open("plan.md");
    await dialog.getByRole("columnheader", { name: "Nights" }).waitFor();
    await dialog.getByRole("cell", { name: "Reine | Å" }).waitFor();
    expect(await dialog.getByRole("checkbox", { name: "Book the ferry" }).isChecked()).toBe(true);
    expect(await dialog.getByRole("checkbox", { name: "Pack" }).isChecked()).toBe(false);
    expect(await dialog.locator("li li").textContent()).toContain("tent");
    await dialog.getByText("A map").waitFor();
    expect(await dialog.locator("img").count()).toBe(0);
    expect(requests.filter((url) => /spy|map\.png/.test(url))).toEqual([]);
    await close();
  });

  it("read text in the encoding that it has", async () => {
    await (await open("latin.txt")).getByText("Grüße aus Köln €").waitFor();
    await close();
    await (await open("utf16.txt")).getByText("Grüße", { exact: true }).waitFor();
    await close();
    await (await open("empty.txt")).getByText("This file is empty").waitFor();
    await close();
  });

  it("call a PDF by its name", async () => {
    const dialog = await open("paper.pdf");
    const frame = dialog.locator("iframe");
    await frame.waitFor();
    expect(await frame.getAttribute("title")).toBe("paper.pdf");
    // The viewer's own bar would call it by what its maker left in it.
    expect(await frame.getAttribute("src")).toContain("toolbar=0");
    expect(await dialog.getByRole("link", { name: "Open in new tab" }).getAttribute("href")).toMatch(/^blob:/);
    await close();
  });

  it("say which of how many it is, and zoom pictures by buttons, keys and wheel", async () => {
    const dialog = await open("photo 2.png");
    await dialog.getByText("6 of 9").waitFor();
    const picture = dialog.getByRole("img", { name: "photo 2.png" });
    const width = async () => (await picture.boundingBox())?.width ?? 0;
    await expect.poll(width).toBeGreaterThan(100);
    const fitted = await width();
    await dialog.getByRole("button", { name: "Zoom in" }).click();
    await expect.poll(width).toBeGreaterThan(fitted * 1.3);
    await page.keyboard.press("0");
    await expect.poll(width).toBeCloseTo(fitted, 0);
    await page.keyboard.press("+");
    await expect.poll(width).toBeGreaterThan(fitted * 1.3);
    await dialog.getByRole("button", { name: "Fit to window" }).click();
    await expect.poll(width).toBeCloseTo(fitted, 0);
    const box = await picture.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 50, (box?.y ?? 0) + 50);
    await page.mouse.wheel(0, -400);
    await expect.poll(width).toBeGreaterThan(fitted * 1.2);
    await picture.dblclick();
    await expect.poll(width).toBeCloseTo(fitted, 0);
    await page.keyboard.press("ArrowRight");
    await preview("photo 3.png").getByText("7 of 9").waitFor();
    await close();
    expect(quiet()).toEqual([]);
  });

  it("go from picture to picture by a swipe on a phone, and move a zoomed one instead", async () => {
    const opened = await stage.open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    ({ page } = opened);
    await stage.signIn(page);
    await row(page, "photo 1.png").tap();
    await preview("photo 1.png").getByRole("img", { name: "photo 1.png" }).waitFor();
    const session = await page.context().newCDPSession(page);
    const swipe = async (from: number, to: number) => {
      const at = (x: number) => [{ x, y: 420 }];
      await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(from) });
      for (let step = 1; step <= 5; step++) {
        const touchPoints = at(from + ((to - from) * step) / 5);
        await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints });
      }
      await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    };
    await swipe(320, 80);
    await preview("photo 2.png").waitFor();
    await swipe(80, 320);
    await preview("photo 1.png").waitFor();
    // The browser takes a tap in the moment after a swipe for the end of that swipe, and makes no click of it.
    await expect
      .poll(async () => {
        await page.getByRole("button", { name: "Zoom in" }).tap();
        return page.getByRole("button", { name: "Zoom out" }).isEnabled();
      })
      .toBe(true);
    const picture = preview("photo 1.png").getByRole("img", { name: "photo 1.png" });
    const before = await picture.boundingBox();
    await swipe(320, 200);
    await expect.poll(async () => (await picture.boundingBox())?.x ?? 0).toBeLessThan((before?.x ?? 0) - 40);
    await preview("photo 1.png").waitFor();
    await opened.context.close();
  });
});
