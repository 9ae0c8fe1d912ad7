import { expect, test } from "vitest";
import { judgePassThrough } from "./pass-through-rules.ts";

const judge = (path: string, body: object | string | null, signup: "open" | "closed" = "open", method = "POST") =>
  judgePassThrough(
    method,
    path,
    body === null ? null : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    signup,
  );

test.each([
  ["/token?grant_type=password", "sign-in", false],
  ["/token?grant_type=refresh_token", "refresh", false],
  ["/token?grant_type=pkce", "verify", false],
  ["/token", "verify", false],
  ["/signup", "register", true],
  ["/verify", "verify", false],
  ["/otp", "mail", true],
  ["/recover", "mail", true],
  ["/resend", "mail", true],
  ["/factors/0b9c/verify", "mfa", false],
  ["/logout?scope=global", null, false],
  ["/factors", null, false],
])("%s is counted as %s", (path, action, counts) => {
  expect(judge(path, { email: "a@b.org" })).toMatchObject({
    action,
    counts,
    account: "a@b.org",
    refusal: null,
    body: null,
  });
  expect(judge(path, null, "open", "GET").action).toBeNull();
});

test("who asks for a way in by mail is not told that there is no account", () => {
  for (const path of ["/otp", "/magiclink"]) expect(judge(path, { email: "a@b.org" }).concealed).toBe(true);
  for (const path of ["/signup", "/token", "/verify"]) expect(judge(path, { email: "a@b.org" }).concealed).toBe(false);
});

test("bodies that are no object name no account and break nothing", () => {
  for (const body of ["", "null", "[1]", "{", '{"email":{"a":1}}', '{"email":""}']) {
    expect(judge("/token?grant_type=password", body)).toMatchObject({ action: "sign-in", account: null });
  }
});

test("without open sign-up no account is made on the way, by password or by mail", () => {
  expect(judge("/signup", { email: "a@b.org" }, "closed").refusal?.code).toBe("signup_disabled");
  for (const path of ["/otp", "/magiclink"]) {
    const { body } = judge(path, { email: "a@b.org", create_user: true }, "closed");
    expect(JSON.parse(body as string)).toEqual({ email: "a@b.org", create_user: false });
  }
  expect(judge("/recover", { email: "a@b.org" }, "closed")).toMatchObject({ refusal: null, body: null });
});
