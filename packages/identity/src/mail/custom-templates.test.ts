import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Mailbox } from "../testing/mailbox.ts";
import { freshEmail, ok, password, type RunningIdentity, startIdentity } from "../testing/start-identity.ts";
import { readTemplates } from "./custom-templates.ts";
import { parseTemplate } from "./template-language.ts";

const values = {
  SiteURL: "https://files.example.org",
  ConfirmationURL: "https://files.example.org/auth/v1/verify?token=abc&type=recovery",
  Token: "123456",
  TokenHash: "abc",
  Email: "a@example.org",
  NewEmail: "",
  RedirectTo: "https://app.example.org/?x=1&y=2",
  Data: { name: 'Eve <script>"x"</script>', site: "javascript:alert(1)", deep: { n: 7 } } as Record<string, unknown>,
};
const html = (source: string) => parseTemplate(source, "html").render(values);

describe("a value is written for where it stands", () => {
  test.each([
    ["<p>{{ .Data.name }}</p>", "<p>Eve &lt;script&gt;&quot;x&quot;&lt;/script&gt;</p>"],
    ['<p title="{{ .Data.name }}">', '<p title="Eve &lt;script&gt;&quot;x&quot;&lt;/script&gt;">'],
    [
      '<a href="{{ .ConfirmationURL }}">',
      '<a href="https://files.example.org/auth/v1/verify?token=abc&amp;type=recovery">',
    ],
    ['<a href="{{ .Data.site }}">', '<a href="#">'],
    [
      "<a href='{{ .SiteURL }}/in?h={{.TokenHash}}&next={{ .RedirectTo }}'>",
      "<a href='https://files.example.org/in?h=abc&next=https%3A%2F%2Fapp.example.org%2F%3Fx%3D1%26y%3D2'>",
    ],
    ["{{- .Token -}}{{/* a note */}}", "123456"],
    ["{{ .Data.deep.n }}{{ .Data.none.at.all }}{{ .Data.toString }}", "7"],
    ["{{ if .NewEmail }}new{{ else }}{{ if .Email }}old{{ end }}{{ end }}", "old"],
    [
      '<style>p { color: red }</style><script></script><!-- <a href=" --><br/>{{ .Token }}',
      '<style>p { color: red }</style><script></script><!-- <a href=" --><br/>123456',
    ],
    ["a < b {{ .Token }}", "a < b 123456"],
  ])("%s", (source, written) => expect(html(source)).toBe(written));

  test.each([
    "<style>p { color: {{ .Token }} }</style>",
    "<a href={{ .ConfirmationURL }}>",
    "<p {{ .Token }}>",
    '<p style="color: {{ .Token }}">',
    "{{ .Nothing }}",
    "{{ range .Data }}{{ end }}",
    "{{ .Data }}",
    "{{ .Token ",
    "{{ end }}",
    "{{ if .Token }}{{ else }}{{ else }}{{ end }}",
  ])("nothing can be written in %s", (source) => expect(() => html(source)).toThrow(TypeError));

  test("a subject is one line of plain text", () => {
    const subject = parseTemplate("{{ .Token }} for\r\nBcc: {{ .Data.name }}", "text");
    expect(subject.render(values)).toBe('123456 for Bcc: Eve <script>"x"</script>');
  });
});

describe("an operator's own mails", () => {
  let folder: string;
  let service: RunningIdentity;
  let mailbox: Mailbox;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-mails-"));
    const change = "<p>{{ .Email }} to {{ .NewEmail }}: {{ .Token }}</p>";
    writeFileSync(
      join(folder, "confirmation.html"),
      '<b>Hello {{ .Data.name }}</b> <a href="{{ .ConfirmationURL }}">in</a>',
    );
    writeFileSync(join(folder, "email_change.html"), change);
    writeFileSync(
      join(folder, "subjects.json"),
      '{"confirmation": "Welcome, {{ .Data.name }}", "recovery": "Forgotten?"}',
    );
    service = await startIdentity({ mail: true, config: { mailTemplates: readTemplates(folder), otpLength: 8 } });
    mailbox = service.mailbox as Mailbox;
  });
  afterAll(async () => {
    await service.close();
    rmSync(folder, { recursive: true });
  });

  test("replace subject and HTML; the text beside it, and other mails, stay ours", async () => {
    const email = freshEmail();
    const client = service.client();
    await ok(client.auth.signUp({ email, password, options: { data: { name: "<i>Ann</i>" } } }));
    const mail = await mailbox.next(email);
    expect(mail.subject).toBe("Welcome, <i>Ann</i>");
    expect(mail.html).toContain("<b>Hello &lt;i&gt;Ann&lt;/i&gt;</b>");
    const link = new URL(/href="([^"]+)"/.exec(mail.html)?.[1]?.replaceAll("&amp;", "&") as string);
    expect(link.href).toBe(mail.link().href);
    expect(mail.code()).toMatch(/^\d{8}$/);
    const { session } = await ok(client.auth.verifyOtp({ email, token: mail.code(), type: "signup" }));
    expect(session).not.toBeNull();

    await ok(client.auth.resetPasswordForEmail(email));
    const recovery = await mailbox.next(email);
    expect(recovery.subject).toBe("Forgotten?");
    expect(recovery.html).toContain("Choose a new password");

    const newEmail = freshEmail();
    await ok(client.auth.updateUser({ email: newEmail }));
    // Both mailboxes are asked.
    for (const address of [email, newEmail]) {
      expect((await mailbox.next(address)).html).toMatch(new RegExp(`<p>${email} to ${newEmail}: \\d{8}</p>`));
    }
  });
});
