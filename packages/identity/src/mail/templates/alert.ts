import type { Mail } from "../mailer.ts";
import { renderEmail } from "./layout.ts";

export interface AlertEmailData {
  productName: string;
  siteUrl: string;
  subject: string;
  /** What, since when, why it matters, what to do. */
  paragraphs: string[];
  action: { label: string; link: string };
  /** In place of the sentence for administrators. */
  closing?: string;
}

/** Tells those who look after a server what has happened to it. */
export function alertEmail(data: AlertEmailData): Omit<Mail, "to"> {
  const { productName, siteUrl } = data;
  return renderEmail({
    ...{ productName, paragraphs: data.paragraphs, action: data.action },
    subject: `${data.subject} (${productName})`,
    closing:
      data.closing ??
      `You get this because alerts of the server at ${siteUrl} are sent to you. Administrators choose what is sent to whom under Alerts, Channels.`,
  });
}
