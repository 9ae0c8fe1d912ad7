import type { Mail } from "../mailer.ts";

/** What every mail says: why it came, one thing to do, and that doing nothing is safe. */
export interface EmailContent {
  productName: string;
  subject: string;
  /** Whole sentences, each its own paragraph. */
  paragraphs: string[];
  /** A list of sentences, each with where it leads. */
  items?: { text: string; link: string | null }[];
  action?: { label: string; link: string };
  /** To be typed instead of following the link. */
  code?: string;
  /** Seconds. */
  expiresIn?: number;
  closing: string;
  closingLinks?: { label: string; link: string }[];
}

export function renderEmail(message: EmailContent): Omit<Mail, "to"> {
  return { subject: message.subject, text: renderText(message), html: renderHtml(message) };
}

function renderText(message: EmailContent): string {
  const parts = [...message.paragraphs];
  for (const { text, link } of message.items ?? []) parts.push(`- ${text}${link === null ? "" : `\n  ${link}`}`);
  if (message.action) parts.push(`${message.action.label}:\n${message.action.link}`);
  if (message.code) parts.push(`${message.action ? "Or enter this code" : "Your code"}: ${message.code}`);
  if (message.expiresIn) parts.push(`This works for ${duration(message.expiresIn)}, and once.`);
  parts.push(message.closing);
  for (const { label, link } of message.closingLinks ?? []) parts.push(`${label}:\n${link}`);
  parts.push(`-- \n${message.productName}`);
  return `${parts.join("\n\n")}\n`;
}

/** Styles are inline and the layout is one column of blocks: mail programs keep little else. */
function renderHtml(message: EmailContent): string {
  const body = message.paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${escapeHtml(paragraph)}</p>`);
  if (message.items) {
    const items = message.items.map(({ text, link }) => {
      const escaped = escapeHtml(text);
      const inner = link === null ? escaped : `<a href="${escapeHtml(link)}" style="color:#1f4fd8">${escaped}</a>`;
      return `<li style="margin:0 0 8px">${inner}</li>`;
    });
    body.push(`<ul style="margin:0 0 16px;padding:0 0 0 20px">${items.join("")}</ul>`);
  }
  if (message.action) {
    const link = escapeHtml(message.action.link);
    const button =
      "display:inline-block;padding:12px 20px;border-radius:6px;background:#1f4fd8;color:#ffffff;text-decoration:none";
    body.push(
      `<p style="margin:24px 0"><a href="${link}" style="${button}">${escapeHtml(message.action.label)}</a></p>`,
      `<p style="margin:0 0 16px;font-size:13px;color:#555555;word-break:break-all">If the button does not work, open this address:<br><a href="${link}" style="color:#1f4fd8">${link}</a></p>`,
    );
  }
  if (message.code) {
    const lead = message.action ? "Or enter this code:" : "Your code:";
    body.push(
      `<p style="margin:0 0 16px">${lead}<br><span style="font-family:monospace;font-size:24px;message-spacing:4px">${escapeHtml(message.code)}</span></p>`,
    );
  }
  if (message.expiresIn)
    body.push(`<p style="margin:0 0 16px">This works for ${duration(message.expiresIn)}, and once.</p>`);
  body.push(`<p style="margin:24px 0 0;font-size:13px;color:#555555">${escapeHtml(message.closing)}</p>`);
  const links = (message.closingLinks ?? []).map(
    ({ label, link }) => `<a href="${escapeHtml(link)}" style="color:#555555">${escapeHtml(label)}</a>`,
  );
  if (links.length > 0) body.push(`<p style="margin:8px 0 0;font-size:13px;color:#555555">${links.join(" · ")}</p>`);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(message.subject)}</title></head>
<body style="margin:0;padding:24px;background:#f4f4f5;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:15px;line-height:1.5;color:#18181b">
<div style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:8px">
<p style="margin:0 0 24px;font-weight:600">${escapeHtml(message.productName)}</p>
${body.join("\n")}
</div>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}

function duration(seconds: number): string {
  const unit = (count: number, name: string) => `${count} ${name}${count === 1 ? "" : "s"}`;
  if (seconds >= 172_800) return unit(Math.floor(seconds / 86_400), "day");
  if (seconds >= 7200) return unit(Math.floor(seconds / 3600), "hour");
  return unit(Math.max(1, Math.floor(seconds / 60)), "minute");
}
