import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export interface ReceivedMail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Of the first address in the text; fails the test when there is none. */
  link(): URL;
  code(): string;
}

/** A real SMTP server on the loopback that keeps what it gets. */
export interface Mailbox {
  port: number;
  received: ReceivedMail[];
  /** The next mail to an address that nobody has waited for yet, other than notices of what was done to the account. */
  next(to: string): Promise<ReceivedMail>;
  close(): Promise<void>;
}

export async function startMailbox(): Promise<Mailbox> {
  const received: ReceivedMail[] = [];
  const taken = new Set<ReceivedMail>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(",");
        received.push(readMail(to, Buffer.concat(chunks).toString("latin1")));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    async next(to) {
      for (let waited = 0; waited < 5000; waited += 10) {
        const mail = received.find((candidate) => candidate.to === to && !isNotice(candidate) && !taken.has(candidate));
        if (mail) {
          taken.add(mail);
          return mail;
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`No mail came for ${to}.`);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const isNotice = ({ subject }: ReceivedMail) => subject.endsWith("(Holdfast)");

function readMail(to: string, raw: string): ReceivedMail {
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1] ?? "";
  const parts = raw.split(`--${boundary}`).slice(1, -1).map(readPart);
  const text = parts.find(({ type }) => type === "text/plain")?.body ?? "";
  const html = parts.find(({ type }) => type === "text/html")?.body ?? "";
  const found = (pattern: RegExp) => {
    const match = pattern.exec(text)?.[1];
    if (match === undefined) throw new Error(`The mail has no ${pattern}: ${text}`);
    return match;
  };
  const subject = (/^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(raw)?.[1] ?? "").replace(/\r\n[ \t]/g, " ");
  return {
    to,
    subject,
    text,
    html,
    link: () => new URL(found(/^(https?:\/\/\S+)$/m)),
    code: () => found(/code: (\d+)/),
  };
}

function readPart(part: string): { type: string; body: string } {
  const [head = "", ...rest] = part.trimStart().split("\r\n\r\n");
  const content = rest.join("\r\n\r\n");
  const encoding = /Content-Transfer-Encoding: (\S+)/i.exec(head)?.[1]?.toLowerCase();
  const bytes =
    encoding === "base64"
      ? Buffer.from(content, "base64")
      : encoding === "quoted-printable"
        ? Buffer.from(
            content
              .replace(/=\r\n/g, "")
              .replace(/=([0-9A-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
            "latin1",
          )
        : Buffer.from(content, "latin1");
  return {
    type: /Content-Type: ([^;\s]+)/i.exec(head)?.[1] ?? "",
    body: bytes.toString("utf8").replaceAll("\r\n", "\n"),
  };
}
