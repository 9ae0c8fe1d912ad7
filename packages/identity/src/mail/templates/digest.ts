import type { Mail } from "../mailer.ts";
import { renderEmail } from "./layout.ts";

export interface DigestEmailData {
  productName: string;
  siteUrl: string;
  /** Of all, of which `items` may be the first alone. */
  count: number;
  items: { text: string; link: string | null }[];
  /** Turns these emails off without sign-in. */
  unsubscribe: string;
  /** Where their kinds and their times are chosen. */
  settings: string;
}

/** Sums up what somebody has not read in the page. */
export function digestEmail(data: DigestEmailData): Omit<Mail, "to"> {
  const { productName, siteUrl, count, items, unsubscribe, settings } = data;
  const news = count === 1 ? "1 new notification" : `${count} new notifications`;
  const more = count - items.length;
  return renderEmail({
    productName,
    subject: `${news} (${productName})`,
    paragraphs: [`You have ${news} at ${siteUrl}:`],
    items: more > 0 ? [...items, { text: `And ${more} more.`, link: null }] : items,
    action: { label: `Open ${productName}`, link: siteUrl },
    closing: "You get this because you have not read these notifications in the page.",
    closingLinks: [
      { label: "Choose what is sent to you, and how often", link: settings },
      { label: "Turn these emails off", link: unsubscribe },
    ],
  });
}
