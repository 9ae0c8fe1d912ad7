import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, openPage } from "../browser/stage.ts";
import { testPassword } from "../support/person.ts";
import { startProduct } from "../support/product.ts";
import { line, mark, median, rounds } from "./http/side-by-side.ts";

const files = Number(process.env.HOLDFAST_BENCH_FILES ?? 10_000);
const filesEach = 100;
const folders = Math.ceil(files / filesEach);
const bytes = 8 * 1024;
const email = "bench@example.org";

/** In the page: archives cannot be sent, so that each file has a request of its own, as where something in between refuses them. */
const oneByOne = `const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (method, url, ...more) {
  if (String(url).includes("/files/batch")) throw new DOMException("Not here", "NotSupportedError");
  return open.call(this, method, url, ...more);
};`;

/** A folder of many files of 8 KiB, chosen in a real browser: several in one request, beside one request for each. By turns; medians. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(process.env.HOLDFAST_BENCH_FOLDER ?? tmpdir(), "holdfast-bench-"));
  const env = { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: testPassword, LOG_LEVEL: "warn" };
  const product = await startProduct({ dataDir: join(folder, "data"), env, web: true });
  const browser = await launch();
  const seconds = { together: [] as number[], single: [] as number[] };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const way of ["together", "single"] as const) {
        const source = makeFolder(join(folder, `${way} ${round}`));
        seconds[way].push(await upload(source, way));
        rmSync(source, { recursive: true });
      }
    }
  } finally {
    await browser.close();
    await product.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const [together, single] = [median(seconds.together), median(seconds.single)];
  const speed = (value: number) => Math.round((folders * filesEach) / value);
  const name = `${folders * filesEach} x 8 KiB from the page, files/s`;
  const ratio = single / together;
  line(name, `together ${speed(together)}`, `one by one ${speed(single)}`, `ratio ${ratio.toFixed(2)}`, mark(ratio, 2));

  /** From the choice of the folder to the last file that the tray calls done. */
  async function upload(source: string, way: keyof typeof seconds): Promise<number> {
    const { context, page } = await openPage(browser, product.url);
    if (way === "single") await page.addInitScript(oneByOne);
    await page.goto("/sign-in");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(testPassword);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "New", exact: true }).waitFor();
    const began = performance.now();
    await page.getByLabel("Upload a folder").setInputFiles(source);
    const done = `${(folders * filesEach).toLocaleString("en")} uploads done`;
    await page.getByRole("region", { name: "Uploads" }).getByText(done).waitFor({ timeout: 900_000 });
    const took = (performance.now() - began) / 1000;
    await context.close();
    return took;
  }
}

function makeFolder(path: string): string {
  for (let n = 0; n < folders; n++) {
    mkdirSync(join(path, `folder ${n}`), { recursive: true });
    for (let file = 0; file < filesEach; file++)
      writeFileSync(join(path, `folder ${n}`, `file ${file}`), randomBytes(bytes));
  }
  return path;
}
