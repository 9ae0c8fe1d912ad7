import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mailbox, startMailbox } from "../testing/mailbox.ts";
import { createSmtpMailer } from "./mailer.ts";

/** A server that offers no STARTTLS, or from whose offer somebody on the way has cut it. */
let mailbox: Mailbox;
beforeAll(async () => {
  mailbox = await startMailbox();
});
afterAll(() => mailbox.close());

const mail = { to: "ada@example.org", subject: "Hello", text: "Hello", html: "<p>Hello</p>" };
const mailer = (requireTls: boolean) =>
  createSmtpMailer({ host: "127.0.0.1", port: mailbox.port, from: "no-reply@example.org", requireTls });

test("where STARTTLS is required, nothing is sent without it", async () => {
  await expect(mailer(true).send(mail)).rejects.toThrow(/TLS/);
  expect(mailbox.received).toEqual([]);
  await mailer(false).send(mail);
  expect(mailbox.received).toHaveLength(1);
});
