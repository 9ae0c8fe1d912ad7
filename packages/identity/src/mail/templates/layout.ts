import type { Mail } from "../mailer.ts";

/** What every mail says: why it came, one thing to do, and that doing nothing is safe. */
export interface Letter {
  productName: string;
  subject: string;
  /** Whole sentences, each its own paragraph. */
  paragraphs: string[];
  action?: { label: string; link: string };
  /** To be typed instead of following the link. */
  code?: string;
  /** Seconds. */
  expiresIn?: number;
  closing: string;
}

export function renderLetter(letter: Letter): Omit<Mail, "to"> {
  return { subject: letter.subject, text: renderText(letter), html: renderHtml(letter) };
}

function renderText(letter: Letter): string {
  const parts = [...letter.paragraphs];
  if (letter.action) parts.push(`${letter.action.label}:\n${letter.action.link}`);
  if (letter.code) parts.push(`${letter.action ? "Or enter this code" : "Your code"}: ${letter.code}`);
  if (letter.expiresIn) parts.push(`This works for ${duration(letter.expiresIn)}, and once.`);
  parts.push(letter.closing, `-- \n${letter.productName}`);
  return `${parts.join("\n\n")}\n`;
}

/** Styles are inline and the layout is one column of blocks: mail programs keep little else. */
function renderHtml(letter: Letter): string {
  const body = letter.paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${escapeHtml(paragraph)}</p>`);
  if (letter.action) {
    const link = escapeHtml(letter.action.link);
    const button =
      "display:inline-block;padding:12px 20px;border-radius:6px;background:#1f4fd8;color:#ffffff;text-decoration:none";
    body.push(
      `<p style="margin:24px 0"><a href="${link}" style="${button}">${escapeHtml(letter.action.label)}</a></p>`,
      `<p style="margin:0 0 16px;font-size:13px;color:#555555;word-break:break-all">If the button does not work, open this address:<br><a href="${link}" style="color:#1f4fd8">${link}</a></p>`,
    );
  }
  if (letter.code) {
    const lead = letter.action ? "Or enter this code:" : "Your code:";
    body.push(
      `<p style="margin:0 0 16px">${lead}<br><span style="font-family:monospace;font-size:24px;letter-spacing:4px">${escapeHtml(letter.code)}</span></p>`,
    );
  }
  if (letter.expiresIn)
    body.push(`<p style="margin:0 0 16px">This works for ${duration(letter.expiresIn)}, and once.</p>`);
  body.push(`<p style="margin:24px 0 0;font-size:13px;color:#555555">${escapeHtml(letter.closing)}</p>`);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(letter.subject)}</title></head>
<body style="margin:0;padding:24px;background:#f4f4f5;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:15px;line-height:1.5;color:#18181b">
<div style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:8px">
<p style="margin:0 0 24px;font-weight:600">${escapeHtml(letter.productName)}</p>
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
