import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { createClient, urlOf } from "../../packages/contract/src/client.ts";
import { type File, login, putContent, setup, type User } from "../../packages/contract/src/index.ts";
import { type Product, startProduct } from "../support/product.ts";

export const password = "correct horse battery";
export const email = "ada@example.org";

/** The product with its pages, a browser, and an admin whose API the tests use to prepare things. */
export interface Stage {
  readonly product: Product;
  readonly browser: Browser;
  readonly url: string;
  readonly user: User;
  readonly call: ReturnType<typeof createClient>;
  put(name: string, bytes: Uint8Array | string, parentId?: string, onConflict?: "fail" | "replace"): Promise<File>;
  /** A fresh profile. What its pages log as an error fails the test that asks `quiet`. */
  open(options?: BrowserContextOptions): Promise<{ context: BrowserContext; page: Page; quiet: () => string[] }>;
  signIn(page: Page): Promise<void>;
  end(): Promise<void>;
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export async function setStage(env: Record<string, string> = {}): Promise<Stage> {
  const product = await startProduct({ web: true, env });
  const browser = await launch();
  const { url } = product;
  const anonymous = createClient({ baseUrl: url });
  const body = { email, password, transport: "bearer" as const };
  const grant = product.setupToken
    ? await anonymous(setup, { body: { ...body, token: product.setupToken } })
    : await anonymous(login, { body });
  const headers = { authorization: `Bearer ${grant.accessToken}` };
  return {
    product,
    browser,
    url,
    user: grant.user,
    call: createClient({ baseUrl: url, headers: () => headers }),
    async put(name, bytes, parentId, onConflict) {
      const answer = await fetch(urlOf(putContent, { query: { name, parentId, onConflict } }, url), {
        method: "PUT",
        headers,
        body: bytes as NonNullable<RequestInit["body"]>,
      });
      if (!answer.ok) throw new Error(`PUT ${name}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as File;
    },
    open: (options) => openPage(browser, url, options),
    async signIn(page) {
      await page.goto("/sign-in");
      await page.getByLabel("Email").fill(email);
      await page.getByLabel("Password", { exact: true }).fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL("**/files");
      await page.getByRole("button", { name: "New", exact: true }).waitFor();
    },
    async end() {
      await browser.close();
      await product.stop();
    },
  };
}

export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...options,
  });
  context.setDefaultTimeout(8_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // Chromium reports every answer of 400 and above by itself; those that matter are asserted where they matter.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      errors.push(message.text());
  });
  return { context, page, quiet: () => errors };
}

/** Drops files and folders of this machine onto a place, as somebody with a mouse does. */
export async function dropOn(page: Page, selector: string, paths: string[]): Promise<void> {
  await (await dragOver(page, page.locator(selector), paths)).drop();
}

/** Drags files of this machine over a place. @returns what lets them fall there */
export async function dragOver(page: Page, place: Locator, paths: string[]) {
  const box = await place.boundingBox();
  if (!box) throw new Error("The place is not on the page");
  const session = await page.context().newCDPSession(page);
  const at = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  const send = (type: "dragEnter" | "dragOver" | "drop") =>
    session.send("Input.dispatchDragEvent", { type, ...at, data });
  await send("dragEnter");
  await send("dragOver");
  return {
    async drop() {
      await send("drop");
      await session.detach();
    },
  };
}

export function row(page: Page, name: string) {
  return page.getByRole("row").filter({ has: page.getByText(name, { exact: true }) });
}
