import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import {
  adminCreateUser,
  createFolder,
  createGrant,
  deleteGrant,
  listFiles,
  setInheritance,
  updateFile,
  updateGrant,
} from "../../../packages/contract/src/index.ts";
import { password, row, type Stage, setStage } from "../stage.ts";

/**
 * An afternoon of five people, each in a browser of their own: they share, upload, comment, move, take roles back, restore and leave. After each
 * step everybody asks for everything that there is, and sees what their role allows at that moment and nothing else.
 */
vi.setConfig({ testTimeout: 240_000 });

const names = ["ada", "bob", "cleo", "dan", "eve"] as const;
type Name = (typeof names)[number];

let stage: Stage;
const page = {} as Record<Name, Page>;
const id = {} as Record<Name, string>;
const quiet: (() => string[])[] = [];
/** Files and folders by their names, and who sees each now. */
const ids = new Map<string, string>();
const seen = new Map<string, readonly Name[]>();

beforeAll(async () => {
  stage = await setStage();
  id.ada = stage.user.id;
  for (const name of names) {
    if (name !== "ada") {
      const body = { email: `${name}@example.org`, password, displayName: name };
      id[name] = (await stage.call(adminCreateUser, { body })).id;
    }
    const opened = await stage.open();
    page[name] = opened.page;
    quiet.push(opened.quiet);
    await opened.page.goto("/sign-in");
    await opened.page.getByLabel("Email").fill(`${name}@example.org`);
    await opened.page.getByLabel("Password", { exact: true }).fill(password);
    await opened.page.getByRole("button", { name: "Sign in" }).click();
    await opened.page.waitForURL("**/files");
  }
  const trip = await stage.call(createFolder, { body: { name: "Trip" } });
  const inner = await stage.call(createFolder, { body: { name: "Money", parentId: trip.id } });
  ids.set("Trip", trip.id).set("Money", inner.id);
  ids.set("tickets.txt", (await stage.put("tickets.txt", "two seats", trip.id)).id);
  ids.set("budget.txt", (await stage.put("budget.txt", "1,200", inner.id)).id);
  ids.set("diary.txt", (await stage.put("diary.txt", "private")).id);
  for (const name of ids.keys()) seen.set(name, ["ada"]);
}, 180_000);
afterAll(() => stage?.end());

/** Nobody sees more or less: by the file, by its bytes or the list of it, and by a search for its name. */
async function everybodySees(change: Record<string, readonly Name[]> = {}): Promise<void> {
  for (const [name, people] of Object.entries(change)) seen.set(name, people);
  for (const [name, people] of seen) {
    const found = await Promise.all(
      names.map(async (one) => {
        const { request } = page[one];
        const path = `/api/v1/files/${ids.get(name)}`;
        const ways = [path, name.includes(".") ? `${path}/content` : `/api/v1/files?parentId=${ids.get(name)}`];
        const statuses = await Promise.all(ways.map(async (way) => (await request.get(way)).status()));
        const search = (await (await request.get(`/api/v1/search?q=${name}`)).json()) as { items: { id: string }[] };
        const answers = [
          ...statuses.map((status) => status === 200),
          search.items.some((item) => item.id === ids.get(name)),
        ];
        expect(new Set(answers).size, `${one}: ${name}: ${answers}`).toBe(1);
        return answers[0] ? [one] : [];
      }),
    );
    expect(found.flat(), `who sees ${name}`).toEqual(people);
  }
}

const give = (name: string, to: Name, role: "viewer" | "editor" | "manager") =>
  stage.call(createGrant, {
    params: { id: ids.get(name) as string },
    body: { granteeType: "user", granteeId: id[to], role },
  });
const folderOf = (name: string) => `/files/${ids.get(name)}`;

async function upload(by: Name, name: string, text: string, parent: string): Promise<void> {
  const chooser = page[by].waitForEvent("filechooser");
  await page[by].getByRole("button", { name: "New", exact: true }).click();
  await page[by].getByRole("menuitem", { name: "Upload files" }).click();
  await (await chooser).setFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  await row(page[by], name).waitFor();
  const { items } = await stage.call(listFiles, { query: { parentId: ids.get(parent) as string } });
  ids.set(name, items.find((file) => file.name === name)?.id as string);
}

it("five people, one afternoon", async () => {
  await everybodySees();

  const bobs = await give("Trip", "bob", "editor");
  await give("Trip", "cleo", "viewer");
  const all = ["ada", "bob", "cleo"] as const;
  await everybodySees({ Trip: all, Money: all, "tickets.txt": all, "budget.txt": all });

  // Bob uploads, and it appears on Cleo's open page; she is offered nothing to add.
  await page.cleo.goto(folderOf("Trip"));
  await page.bob.goto(folderOf("Trip"));
  await row(page.cleo, "tickets.txt").waitFor();
  await upload("bob", "hotels.txt", "by the sea", "Trip");
  await row(page.cleo, "hotels.txt").waitFor();
  expect(await page.cleo.getByRole("button", { name: "New", exact: true }).count()).toBe(0);
  await everybodySees({ "hotels.txt": all });

  // A comment, and who is mentioned finds it at the bell.
  await page.cleo.request.post(`/api/v1/files/${ids.get("hotels.txt")}/comments`, {
    data: { text: `Is it quiet there, @[bob](${id.bob})?` },
    headers: { origin: stage.url },
  });
  await page.bob.getByRole("button", { name: /^Notifications/ }).click();
  await page.bob.getByText(/mentioned you in a comment on hotels.txt/).waitFor();
  await page.bob.keyboard.press("Escape");

  // What is moved out of the folder is gone from it for the others, at once.
  await stage.call(updateFile, { params: { id: ids.get("tickets.txt") as string }, body: { parentId: null } });
  await row(page.cleo, "tickets.txt").waitFor({ state: "detached" });
  await everybodySees({ "tickets.txt": ["ada"] });

  // A folder that stops inheritance closes for those above it.
  await page.bob.goto(folderOf("Money"));
  await row(page.bob, "budget.txt").waitFor();
  await stage.call(setInheritance, { params: { id: ids.get("Money") as string }, body: { inherits: false } });
  await page.bob.getByRole("heading", { name: "Folder not found" }).waitFor();
  await everybodySees({ Money: ["ada"], "budget.txt": ["ada"] });
  await give("Money", "dan", "viewer");
  await everybodySees({ Money: ["ada", "dan"], "budget.txt": ["ada", "dan"] });

  // A role that is lowered: Bob sees, and changes nothing any more.
  await stage.call(updateGrant, { params: { id: bobs.id }, body: { role: "viewer" } });
  await page.bob.goto(folderOf("Trip"));
  await row(page.bob, "hotels.txt").waitFor();
  expect(await page.bob.getByRole("button", { name: "New", exact: true }).count()).toBe(0);
  await everybodySees();

  // Thrown away it is nobody's but who may bring it back; restored it is as before.
  await page.ada.goto(folderOf("Trip"));
  await row(page.ada, "hotels.txt").click();
  await page.ada.keyboard.press("Delete");
  await row(page.cleo, "hotels.txt").waitFor({ state: "detached" });
  const inTrash = await Promise.all(
    (["bob", "cleo", "eve"] as const).map(async (one) =>
      (await page[one].request.get(`/api/v1/files/${ids.get("hotels.txt")}/content`)).status(),
    ),
  );
  expect(inTrash).toEqual([404, 404, 404]);
  await page.ada.goto("/trash");
  await page.ada.getByRole("button", { name: "Restore hotels.txt" }).click();
  await row(page.cleo, "hotels.txt").waitFor();
  await everybodySees();

  // Taken back: the open page shows it, and so does everything else.
  await stage.call(deleteGrant, { params: { id: bobs.id } });
  await page.bob.getByRole("heading", { name: "Folder not found" }).waitFor();
  await everybodySees({ Trip: ["ada", "cleo"], "hotels.txt": ["ada", "cleo"] });

  // Cleo leaves.
  await page.cleo.goto("/shared");
  await page.cleo.getByRole("button", { name: "Actions for Trip" }).click();
  await page.cleo.getByRole("menuitem", { name: "Leave" }).click();
  await page.cleo.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  await page.cleo.getByText("Nothing shared with you yet").waitFor();
  await everybodySees({ Trip: ["ada"], "hotels.txt": ["ada"] });
  expect(quiet.flatMap((errors) => errors())).toEqual([]);
});
