import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, unlink, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type BatchItem, createFolder, type File, listFiles } from "../../../packages/contract/src/index.ts";
import { type Stage, setStage } from "../stage.ts";

const batch = "POST /api/v1/files/batch";
const put = "PUT /api/v1/files/content";

describe("many small files", () => {
  let stage: Stage;
  let page: Page;
  let folder: string;
  let line: Line;
  let requests: string[] = [];
  let answers: BatchItem[][] = [];
  const tray = () => page.getByRole("region", { name: "Uploads" });
  const count = (request: string) => requests.filter((asked) => asked === request).length;

  beforeAll(async () => {
    stage = await setStage();
    folder = await mkdtemp(join(tmpdir(), "holdfast-together-"));
    line = await openLine(Number(new URL(stage.url).port));
    ({ page } = await stage.open({ baseURL: line.url }));
    await stage.signIn(page);
    page.on("request", (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
    page.on("response", async (response) => {
      if (response.url().includes("/files/batch") && response.ok())
        answers.push(((await response.json()) as { items: BatchItem[] }).items);
    });
  });
  afterEach(async () => {
    [requests, answers] = [[], []];
    await tray().getByRole("button", { name: "Close" }).click();
  });
  afterAll(async () => {
    await stage?.end();
    line?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Writes files below a folder, each with bytes of its own. */
  async function make(paths: readonly string[], bytes = 8192): Promise<Map<string, Buffer>> {
    const made = new Map<string, Buffer>();
    for (const path of paths) {
      made.set(path, randomBytes(bytes));
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), made.get(path) as Buffer);
    }
    return made;
  }

  const choose = (name: string) => page.getByLabel("Upload a folder").setInputFiles(join(folder, name));

  const children = async (parentId?: string) =>
    (await stage.call(listFiles, { query: { limit: 1000, ...(parentId ? { parentId } : {}) } })).items;

  /** All that the server has below one of its folders, by path. */
  async function stored(name: string): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    const walk = async (file: File, path: string): Promise<void> => {
      if (file.kind === "folder")
        for (const child of await children(file.id)) await walk(child, `${path}/${child.name}`);
      else found.set(path, await (await page.request.get(`/api/v1/files/${file.id}/content`)).body());
    };
    await walk((await children()).find((file) => file.name === name) as File, name);
    return found;
  }

  it("go by few requests, each into its folder and byte by byte, whatever they are called", async () => {
    const folders = ["plain", "Grüße aus Köln", "🦀/deep/名前", "a b & c=d?#%", "n".repeat(250)];
    const names = ["ä.txt", "👩‍👩‍👧 Familie.jpg", `${"ü".repeat(120)}.txt`, `${"l".repeat(251)}.txt`, "100%.txt"];
    const all = [...names, ...Array.from({ length: 7 }, (_, n) => `file ${n}`)];
    const made = await make(folders.flatMap((above) => all.map((name) => `Album/${above}/${name}`)));
    await choose("Album");
    await tray().getByText("60 uploads done").waitFor();
    expect(await stored("Album")).toEqual(made);
    expect([count(batch), count(put)]).toEqual([5, 0]);
    // Album, five in it, and two below the crab.
    expect(count("POST /api/v1/folders")).toBe(8);
    await expect.poll(() => answers.flat().map(({ status }) => status)).toEqual(Array(60).fill("stored"));
  });

  it("each have an answer of their own: a name that is taken stops its file alone, until somebody has said what then", async () => {
    const made = await make(Array.from({ length: 30 }, (_, n) => `Names/file ${n}`));
    const { id } = await stage.call(createFolder, { body: { name: "Names" } });
    await stage.put("file 15", "was here before", id);
    await choose("Names");
    const dialog = page.getByRole("dialog", { name: "“file 15” already exists" });
    await dialog.waitFor();
    expect(await children(id)).toHaveLength(30);
    await dialog.getByRole("button", { name: /Keep both/ }).click();
    await tray().getByText("30 uploads done").waitFor();
    const now = await stored("Names");
    expect([now.size, now.get("Names/file 15")?.toString()]).toEqual([31, "was here before"]);
    now.set("Names/file 15", now.get("Names/file 15 (2)") as Buffer);
    now.delete("Names/file 15 (2)");
    expect(now).toEqual(made);
    expect([count(batch), count(put)]).toEqual([1, 1]);
  });

  it("are sent again where the connection breaks in the middle, and none is stored twice", async () => {
    const made = await make(Array.from({ length: 150 }, (_, n) => `Broken/file ${n}`));
    // A browser sends again by itself what broke on a connection that it had used before: cut until the page notices.
    const cutting = line.cutAfter(batch, 600_000);
    page.once("requestfailed", () => cutting.end());
    await choose("Broken");
    await tray().getByText("150 uploads done").waitFor({ timeout: 30_000 });
    expect(cutting.cuts).toBeGreaterThan(0);
    expect(await stored("Broken")).toEqual(made);
    expect([count(batch), count(put)]).toEqual([2, 0]);
    // Those that had come whole before the cut were kept.
    const statuses = () => [...new Set(answers.flat().map(({ status }) => status))].sort();
    await expect.poll(statuses).toEqual(["stored", "unchanged"]);
  });

  it("go one by one where something before the server takes no archives, which is not asked again and again", async () => {
    const made = await make(Array.from({ length: 80 }, (_, n) => `Proxy/folder ${n % 8}/file ${n}`));
    await page.route("**/files/batch*", (route) =>
      route.fulfill({ status: 413, contentType: "text/html", body: "<html>" }),
    );
    await choose("Proxy");
    await tray().getByText("80 uploads done").waitFor({ timeout: 20_000 });
    await page.unroute("**/files/batch*");
    expect(await stored("Proxy")).toEqual(made);
    expect(count(batch)).toBeLessThanOrEqual(4);
    // Until it is loaded again.
    await page.reload();
    await page.getByRole("button", { name: "New", exact: true }).waitFor();
    await choose("Proxy");
    await tray().getByText("80 uploads done").waitFor();
    await expect.poll(() => answers.flat().map(({ status }) => status)).toEqual(Array(80).fill("unchanged"));
  });

  it("go one by one where one of them cannot be read any more, which fails alone", async () => {
    const made = await make(Array.from({ length: 20 }, (_, n) => `Gone/file ${n}`));
    await page.context().setOffline(true);
    await choose("Gone");
    await tray().getByText("No connection. Uploads continue when it is back.").waitFor();
    await unlink(join(folder, "Gone/file 7"));
    await page.context().setOffline(false);
    await tray().getByText("1 upload need attention").waitFor();
    await tray().getByRole("button", { name: "Retry file 7" }).waitFor();
    made.delete("Gone/file 7");
    expect(await stored("Gone")).toEqual(made);
  });
});

/** The way to the server, which can be cut. */
interface Line {
  readonly url: string;
  /** Cuts each connection on which this is asked, so many bytes later, until it is ended. */
  cutAfter(request: string, bytes: number): { readonly cuts: number; end(): void };
  close(): void;
}

async function openLine(port: number): Promise<Line> {
  let cutting: { request: string; bytes: number; cuts: number } | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    let left = Number.POSITIVE_INFINITY;
    near.on("data", (chunk: Buffer) => {
      if (cutting && chunk.includes(cutting.request)) left = cutting.bytes;
      left -= chunk.length;
      if (left > 0) return void far.write(chunk);
      if (cutting) cutting.cuts++;
      near.destroy();
    });
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    cutAfter(request, bytes) {
      const begun = { request, bytes, cuts: 0 };
      cutting = begun;
      return {
        get cuts() {
          return begun.cuts;
        },
        end: () => void (cutting = null),
      };
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
