import { createTransport } from "nodemailer";

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Hands a mail over to a server; rejects when that does not take it. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
  /** Connects and signs in, and sends nothing; rejects when that fails. */
  verify?(): Promise<void>;
}

export interface SmtpOptions {
  host: string;
  port: number;
  /** TLS from the first byte (port 465). Otherwise STARTTLS is used where the server offers it. */
  secure?: boolean;
  /** Refuse to send without STARTTLS. */
  requireTls?: boolean;
  user?: string;
  password?: string;
  /** `Holdfast <no-reply@example.org>` */
  from: string;
}

export function createSmtpMailer(options: SmtpOptions): Mailer {
  const transport = createTransport({
    host: options.host,
    port: options.port,
    secure: options.secure ?? false,
    requireTLS: options.requireTls ?? false,
    ...(options.user ? { auth: { user: options.user, pass: options.password ?? "" } } : {}),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  });
  return {
    send: async (mail) => {
      // The header keeps out-of-office answers away.
      await transport.sendMail({ ...mail, from: options.from, headers: { "Auto-Submitted": "auto-generated" } });
    },
    verify: async () => {
      await transport.verify();
    },
  };
}
