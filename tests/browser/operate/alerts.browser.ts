import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Postgres, startPostgres } from "../../../packages/postgres/src/index.ts";
import { type Receiver, startReceiver } from "../../support/operate/webhook-receiver.ts";
import { axeFindsNothing } from "../axe.ts";
import { type Stage, setStage } from "../stage.ts";

/** What an administrator sees of alerts, and does about them. `HOLDFAST_SHOTS` names a folder for pictures of each. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let folder: string;
let postgres: Postgres;
let stage: Stage;
let receiver: Receiver;
let page: Awaited<ReturnType<Stage["open"]>>["page"];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-alerts-"));
  // Its own, to which alerts can be written as other parts of the server do.
  postgres = await startPostgres({ dataDir: join(folder, "postgres"), log: () => {}, settings: { fsync: "off" } });
  receiver = await startReceiver();
  stage = await setStage({ HOLDFAST_ALERT_INTERVAL: "300", DATABASE_URL: postgres.url });
  ({ page } = await stage.open());
  page.setDefaultTimeout(60_000);
  await stage.signIn(page);
});
afterAll(async () => {
  await stage?.end();
  await receiver?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function inDatabase(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(text);
  await client.end();
}
const raise = (kind: string, severity: string, title: string, data = "{}") =>
  inDatabase(
    `select holdfast.raise_alert(holdfast.uuid7(), '${kind}', '${title}', '${severity}', '${title}', '${data}')`,
  );

async function shoot(name: string): Promise<void> {
  const shots = process.env.HOLDFAST_SHOTS;
  if (!shots) return;
  for (const [width, colorScheme] of [
    [1280, "light"],
    [390, "dark"],
    [1280, "dark"],
    [390, "light"],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png` });
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize({ width: 1280, height: 800 });
}

it("says that all is well where it is", async () => {
  await page.goto("/admin/alerts");
  await page.getByRole("heading", { name: "All is well" }).waitFor();
  await page.getByRole("button", { name: "Notifications", exact: true }).waitFor();
  await axeFindsNothing(page, "empty");
  await shoot("empty");
});

it("shows what is open, why it matters and what to do, and the bell counts it", async () => {
  await raise(
    "disk.full",
    "critical",
    "Uploads are refused: the disk of files1 is almost full.",
    '{"detail": "The disk has 31 MiB free."}',
  );
  await raise("backup.overdue", "critical", "The last good server backup is 9 days old.");
  await raise(
    "content.damaged",
    "warning",
    "Stored bytes were damaged and came back from a backup. Look at the disk: it may be failing.",
    '{"files": [{"email": "ann@example.org", "path": "/photos/2026/a.jpg"}], "fileCount": 1}',
  );
  await raise("quota.nearly_full", "info", "2 accounts have used 95 % or more of the quota.");
  await page.reload();
  const card = page.getByRole("article", { name: /Uploads are refused/ });
  await card.getByText("Make room:").waitFor();
  expect(await card.getByRole("link", { name: "Open storage" }).getAttribute("href")).toBe("/admin/storage");
  await axeFindsNothing(page, "open");
  await shoot("open");
  await page.getByRole("button", { name: "Notifications: 3 open alerts" }).click();
  const panel = page.getByRole("dialog", { name: "Notifications" });
  await panel.getByText("The last good server backup is 9 days old.").waitFor();
  await shoot("bell");
  await page.keyboard.press("Escape");
});

it("an alert is acknowledged and silenced by its buttons", async () => {
  const card = page.getByRole("article", { name: /9 days old/ });
  await card.getByRole("button", { name: "Acknowledge" }).click();
  await card.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "2 open alerts" }).waitFor();
  await page.getByRole("tab", { name: /Acknowledged/ }).click();
  await card.getByRole("button", { name: "Silence" }).click();
  await page.getByRole("menuitem", { name: "For 1 day" }).click();
  await page.getByRole("heading", { name: "Nothing acknowledged" }).waitFor();
  await page.getByRole("tab", { name: /Silenced/ }).click();
  await card.getByText(/Silenced until/).waitFor();
  await card.getByRole("button", { name: "End silence" }).click();
  await page.getByRole("heading", { name: "Nothing silenced" }).waitFor();
  await inDatabase("update holdfast.alerts set resolved_at = now() where kind = 'disk.full'");
  await page.getByRole("tab", { name: "History" }).click();
  await page
    .getByRole("article", { name: /Uploads are refused/ })
    .getByText("Resolved")
    .waitFor();
  await axeFindsNothing(page, "history");
  await shoot("history");
});

it("a rule is changed, and refuses what is out of its bounds", async () => {
  await page.getByRole("tab", { name: "Rules" }).click();
  const days = page.getByLabel("Days without a good server backup");
  await days.fill("0");
  await page.getByText("Between 1 and 90").waitFor();
  await days.fill("3");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Back to 8" }).waitFor();
  await page.getByRole("switch", { name: "Answers are slow" }).click();
  await page.getByLabel("Slowest 5 % of answers take longer than").waitFor({ state: "detached" });
  await axeFindsNothing(page, "rules");
  await shoot("rules");
});

it("a webhook is added, shows its secret once, and is tested", async () => {
  await page.getByRole("tab", { name: "Channels" }).click();
  await page.getByText("No mail server", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Add channel" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Service" }).click();
  await page.getByRole("option", { name: "Webhook" }).click();
  await dialog.getByLabel("Name").fill("Pager");
  await dialog.getByLabel("Address").fill(`${receiver.url}/hook`);
  await axeFindsNothing(page, "add a channel");
  await shoot("add");
  await dialog.getByRole("button", { name: "Add channel" }).click();
  await dialog.getByText(/^whsec_/).waitFor();
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await page.getByRole("button", { name: "Send a test message to Pager" }).click();
  await page.getByText(/A test message was sent to 127/).waitFor();
  expect(receiver.received).toHaveLength(1);
  receiver.answer(500);
  await page.getByRole("button", { name: "Send a test message to Pager" }).click();
  await page.getByText("It answered 500.").waitFor();
  await axeFindsNothing(page, "channels");
  await shoot("channels");
});
