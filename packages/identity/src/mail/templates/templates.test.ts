import { describe, expect, test } from "vitest";
import { confirmationEmail } from "./confirmation.ts";
import { emailChangeEmail } from "./email-change.ts";
import { invitationEmail } from "./invitation.ts";
import { magicLinkEmail } from "./magic-link.ts";
import { reauthenticationEmail } from "./reauthentication.ts";
import { recoveryEmail } from "./recovery.ts";

const data = {
  productName: "Files & <b>more</b>",
  siteUrl: "https://files.example.org",
  email: "a@example.org",
  newEmail: "b@example.org",
  link: "https://files.example.org/auth/v1/verify?token=abc&type=recovery",
  code: "123456",
  expiresIn: 3600,
};

describe.each([
  ["confirmation", confirmationEmail, true, true],
  // Its link is good for longer than a code that can be guessed may be.
  ["invitation", invitationEmail, true, false],
  ["recovery", recoveryEmail, true, true],
  ["magic link", magicLinkEmail, true, true],
  ["change of address", emailChangeEmail, true, true],
  ["reauthentication", reauthenticationEmail, false, true],
])("%s", (_name, message, hasLink, hasCode) => {
  const { subject, text, html } = message(data);

  test("says the same in text and HTML", () => {
    for (const body of [text, html]) {
      expect(body.includes("123456")).toBe(hasCode);
      expect(body).toContain("60 minutes");
      expect(body).toContain("https://files.example.org");
    }
    expect(text.includes(data.link)).toBe(hasLink);
    expect(html.includes('href="https://files.example.org/auth/v1/verify?token=abc&amp;type=recovery"')).toBe(hasLink);
    expect(subject).toContain("Files & <b>more</b>");
  });

  test("takes nothing for markup that is not ours", () => {
    expect(html).not.toContain("<b>more");
    expect(html).toContain("Files &amp; &lt;b&gt;more&lt;/b&gt;");
  });
});
