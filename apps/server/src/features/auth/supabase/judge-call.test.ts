import { expect, test } from "vitest";
import { judgeCall } from "./judge-call.ts";
import { readCall } from "./read-call.ts";

const judge = (url: string, body: object | null = null, signup: "open" | "closed" = "open", method = "POST") =>
  judgeCall(
    readCall({
      method,
      url: `/auth/v1${url}`,
      contentType: "application/json",
      body: body === null ? null : Buffer.from(JSON.stringify(body)),
    }),
    signup,
  );
const refusal = (code: string) => expect.objectContaining({ name: "RefusedCall", code });
const id = "0b9c5f5e-3a6f-4f0e-9d0e-6a8a4f1b2c3d";

test.each([
  ["/token?grant_type=password", "sign-in", false, "a@b.org"],
  ["/token?grant_type=refresh_token", "refresh", false, null],
  ["/token?grant_type=pkce", "verify", false, null],
  ["/token?grant_type=web3", "register", true, null],
  ["/signup", "register", true, "a@b.org"],
  ["/verify", "verify", false, "a@b.org"],
  ["/otp", "mail", true, "a@b.org"],
  ["/magiclink", "mail", true, "a@b.org"],
  ["/recover", "mail", true, "a@b.org"],
  ["/resend", "mail", true, "a@b.org\0confirmation"],
  [`/factors/${id}/verify`, "mfa", false, null],
  ["/logout?scope=global", null, false, null],
  ["/factors", null, false, null],
])("%s is counted as %s", (path, action, counts, account) => {
  expect(judge(path, { email: "A@b.org " })).toMatchObject({ action, counts, account });
});

test("links of mails count as tries, and a password or a code with a new password by whose session it is", () => {
  expect(judge("/verify?token=x&type=recovery", null, "open", "GET")).toMatchObject({ action: "verify" });
  const change = { password: "new", current_password: "guessed" };
  expect(judge("/user", change, "open", "PUT")).toMatchObject({ action: "password", bySession: true });
  expect(judge("/user", { data: {} }, "open", "PUT").action).toBeNull();
});

test("what is counted is what is passed on, in the same letters", () => {
  const { fields, account } = judge("/token?grant_type=password", { email: "ADM\u0130N@b.org", password: "x" });
  expect(account).toBe("admi\u0307n@b.org");
  expect(fields).toEqual({ email: account, password: "x" });
  expect(judge("/verify", { phone: "+49 151 23", token: "1", type: "sms" })).toMatchObject({ account: "4915123" });
  expect(() => judge("/verify", { phone: "49151", email: "a@b.org", token: "1", type: "sms" })).toThrow(
    "Only an email address or phone number",
  );
  for (const email of [{ a: 1 }, 1, ["a@b.org"]]) {
    expect(() => judge("/token?grant_type=password", { email })).toThrow(refusal("bad_json"));
  }
  expect(judge("/token?grant_type=password", { email: null }).account).toBeNull();
});

test("without open sign-up no account is made on the way, by password, wallet or mail", () => {
  for (const path of ["/signup", "/token?grant_type=web3"]) {
    expect(() => judge(path, { email: "a@b.org" }, "closed")).toThrow(refusal("signup_disabled"));
  }
  for (const path of ["/otp", "/magiclink"]) {
    expect(judge(path, { email: "a@b.org", create_user: true }, "closed")).toMatchObject({
      path: "/otp",
      concealed: true,
      fields: { email: "a@b.org", create_user: false },
    });
  }
  expect(judge("/magiclink", { email: "a@b.org" })).toMatchObject({ path: "/magiclink" });
  expect(judge("/recover", { email: "a@b.org" }, "closed").fields).toEqual({ email: "a@b.org" });
});
