import { Webhook } from "standardwebhooks";
import { expect } from "vitest";
import { type Alert, adminCreateAlertChannel, adminListAlerts } from "../../../packages/contract/src/index.ts";
import { type Mailbox, startMailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import { type Receiver, startReceiver } from "../../support/operate/webhook-receiver.ts";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";

/** What is sent to a webhook. */
export interface Sent {
  readonly type: "alert.opened" | "alert.resolved" | "alert.test";
  readonly data: {
    kind: string;
    subject: string;
    severity: string;
    title: string;
    why: string;
    remedy: string;
    url: string;
  };
}

const admin = "admin@example.org";
/** Seconds; the drill in full has HOLDFAST_DRILL_INTERVAL=15, as installations have, and everything takes longer. */
export const interval = Number(process.env.HOLDFAST_DRILL_INTERVAL ?? 1);
const A_MINUTE = 60_000;
/** That something is over is said after three looks at it. */
const TO_END = A_MINUTE + 3 * interval * 1000;

/** An installation with mail and a webhook, and something to ask what has come there. */
export interface Drill {
  readonly product: Product;
  readonly mailbox: Mailbox;
  readonly receiver: Receiver;
  admin(): Promise<Person>;
  /** All that the webhook was sent, each with its signature verified. */
  sent(): Sent[];
  mails(): string[];
  /** Within a minute, each channel has been told once that something of this kind has begun. Returns what the webhook was told. */
  begins(kind: string): Promise<Sent>;
  /** Within a minute, each channel has been told once that it is over, and the page has it no more. */
  ends(kind: string): Promise<void>;
  open(): Promise<Alert[]>;
  /** What no step of the drill has asked for yet. */
  unasked(): string[];
  close(): Promise<void>;
}

export interface DrillOptions {
  readonly env?: Record<string, string>;
  readonly dataDir?: string;
}

/** A header's encoded words (RFC 2047), as the mail program writes them. */
function decoded(subject: string): string {
  return subject.replaceAll(/=\?UTF-8\?Q\?([^?]*)\?=\s*/gi, (_all, word: string) =>
    decodeURIComponent(word.replaceAll("%", "=25").replaceAll("_", " ").replaceAll("=", "%")),
  );
}

export async function startDrill({ env = {}, dataDir }: DrillOptions = {}): Promise<Drill> {
  const mailbox = await startMailbox();
  const receiver = await startReceiver();
  const product = await startProduct({
    ...(dataDir ? { dataDir } : {}),
    env: {
      HOLDFAST_ALERT_INTERVAL: String(interval),
      HOLDFAST_ADMIN_EMAIL: admin,
      HOLDFAST_ADMIN_PASSWORD: testPassword,
      HOLDFAST_AUTH_RATE_LIMIT: "0",
      SIGNUP: "open",
      HOLDFAST_AUTH_AUTOCONFIRM: "on",
      SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`,
      ...env,
    },
  });
  const first = await signIn(product.url, admin);
  const { secret } = await first.call(adminCreateAlertChannel, {
    body: { kind: "webhook", name: "drill", url: `${receiver.url}/hook` },
  });
  const webhook = new Webhook(secret as string);
  const asked = new Set<string>();

  // Verified as soon as it is looked at: a signature is good for minutes, and a drill in full takes longer.
  const verified = new WeakMap<object, Sent>();
  const sent = () =>
    receiver.received.map((message) => {
      const known = verified.get(message);
      if (known) return known;
      const now = webhook.verify(message.body, message.headers as Record<string, string>) as Sent;
      verified.set(message, now);
      return now;
    });
  const mails = () => mailbox.received.filter(({ to }) => to === admin).map(({ subject }) => decoded(subject));
  const open = async () => {
    const person = await signIn(product.url, admin);
    return (await person.call(adminListAlerts, { query: { state: "open" } })).items;
  };

  /** The one message of this type and kind that nobody has asked for yet. */
  async function one(type: Sent["type"], kind: string): Promise<Sent> {
    const found = () => sent().filter((message) => message.type === type && message.data.kind === kind);
    const within = type === "alert.resolved" ? TO_END : A_MINUTE;
    const message = await eventually(() => found()[0], within).catch(() => {
      throw new Error(
        `no ${type} of ${kind} came; there are: ${JSON.stringify(sent())}\n${product.output().slice(-4000)}`,
      );
    });
    const word =
      type === "alert.resolved"
        ? "Resolved"
        : { info: "Note", warning: "Warning", critical: "Critical" }[message.data.severity];
    const isMail = (subject: string) => subject.startsWith(`${word}: ${message.data.title.slice(0, 60)}`);
    await eventually(() => mails().some(isMail), A_MINUTE).catch(() => {
      throw new Error(`no mail says "${word}: ${message.data.title}"; there are: ${JSON.stringify(mails())}`);
    });
    expect(found(), `${type} of ${kind}`).toHaveLength(1);
    expect(mails().filter(isMail), `mails of ${type} of ${kind}`).toHaveLength(1);
    asked.add(`${type} ${kind}`);
    return message;
  }

  return {
    ...{ product, mailbox, receiver, sent, mails, open },
    admin: () => signIn(product.url, admin),
    begins: (kind) => one("alert.opened", kind),
    async ends(kind) {
      await one("alert.resolved", kind);
      expect((await open()).filter((alert) => alert.kind === kind)).toEqual([]);
    },
    unasked: () =>
      sent()
        .filter(({ type, data: { kind } }) => !asked.has(`${type} ${kind}`))
        .map(({ type, data: { kind, title } }) => `${type} ${kind}: ${title}`),
    async close() {
      await product.stop();
      await receiver.close();
      await mailbox.close();
    },
  };
}
