import { alertEmail, type Mailer } from "@holdfast/identity";
import type { Channel } from "./channel.ts";
import { requestOf } from "./formats.ts";
import { details, headline, type Message } from "./message.ts";

/** What came of an attempt. `lasting`: the same will fail again, until an administrator has changed something. */
export type Sent = { readonly ok: true } | { readonly ok: false; readonly detail: string; readonly lasting: boolean };

export interface SendDeps {
  readonly mailer: Mailer | null;
  readonly siteUrl: string;
  readonly now: Date;
}

const PATIENCE_MS = 10_000;

/** Sends a message once. Never throws. */
export async function send(deps: SendDeps, channel: Channel, message: Message): Promise<Sent> {
  return channel.kind === "mail" ? sendMails(deps, channel, message) : post(deps, channel, message);
}

/** Sent where at least one mailbox has taken it: a second attempt would reach that one twice. */
async function sendMails({ mailer, siteUrl }: SendDeps, { recipients }: Channel, message: Message): Promise<Sent> {
  if (mailer === null) return { ok: false, detail: "This server sends no mail: set SMTP_URL.", lasting: true };
  if (recipients.length === 0) return { ok: false, detail: "There is nobody to send it to.", lasting: true };
  const mail = alertEmail({
    ...{ productName: "Holdfast", subject: headline(message, 150) },
    paragraphs: [message.alert.title, ...details(message)],
    ...{ action: { label: message.pageLabel, link: message.url }, siteUrl },
  });
  const results = await Promise.allSettled(recipients.map((to) => mailer.send({ to, ...mail })));
  const failures = results.filter((result) => result.status === "rejected").map(({ reason }) => reason as unknown);
  if (failures.length < recipients.length) return { ok: true };
  return { ok: false, detail: explainMail(failures[0]), lasting: failures.every(isRefused) };
}

/** A permanent negative reply of SMTP. */
export function isRefused(error: unknown): boolean {
  return ((error as { responseCode?: number } | null)?.responseCode ?? 0) >= 500;
}

/** Without what the server said, which may be long, or name more than it should. */
export function explainMail(error: unknown): string {
  const { code, responseCode } = (error ?? {}) as { code?: string; responseCode?: number };
  if (responseCode) return `The mail server refuses it (${responseCode}).`;
  return `The mail server cannot be used (${code ?? "no answer"}).`;
}

/** The answer's body is not read, and no redirect is followed: what lies behind the address is nobody's to see. */
async function post({ now }: SendDeps, { kind, address }: Channel, message: Message): Promise<Sent> {
  if (kind === "mail" || address === null) {
    const detail = "Its address cannot be opened with the keys of this server: enter it again.";
    return { ok: false, detail, lasting: true };
  }
  const { url, ...init } = requestOf(kind, message, address, now);
  try {
    const answer = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
    await answer.body?.cancel().catch(() => {});
    return judge(answer.status);
  } catch (error) {
    return { ok: false, detail: explainFetch(error), lasting: false };
  }
}

function judge(status: number): Sent {
  if (status >= 200 && status < 300) return { ok: true };
  if (status >= 300 && status < 400) {
    return {
      ok: false,
      detail: `It answered ${status}, a redirect, which is not followed: enter the final address.`,
      lasting: true,
    };
  }
  const lasting = status < 500 && ![408, 425, 429].includes(status);
  const hint = status === 401 || status === 403 ? ": check the token" : status === 404 ? ": check the address" : "";
  return { ok: false, detail: `It answered ${status}${hint}.`, lasting };
}

function explainFetch(error: unknown): string {
  const { name, cause } = error as Error;
  if (name === "TimeoutError") return `It did not answer within ${PATIENCE_MS / 1000} seconds.`;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return `It cannot be reached (${code ?? "no connection"}).`;
}
