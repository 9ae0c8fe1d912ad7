import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCall } from "./read-call.ts";

const read = (method: string, path: string, body: string | null = null, contentType?: string) =>
  readCall({
    method,
    url: `/auth/v1${path}`,
    contentType: contentType ?? (body === null ? undefined : "application/json;charset=UTF-8"),
    body: body === null ? null : Buffer.from(body),
  });
const refused = (status: number) => expect.objectContaining({ name: "RefusedCall", status });

test.each([
  ...["/signup/", "//signup", "/%73ignup", "/signup%2f", "/x/..%2fsignup", "/./signup", "/x/../signup", "/SIGNUP"],
  ...["/signup;a=b", "/signup\\", "\\signup", "/signup%00", "/signup\0", "/signup#", "/sign%75p", "/signup/.", ""],
  ...["/nothing", "/factors/1/verify", "/admin/users/../../x", "/admin/custom-providers/..", "/scim/v2/Schemas"],
])("POST %s is nobody's path", (path) => {
  expect(() => read("POST", path, "{}")).toThrow(refused(404));
});

test("a method that the path does not have is answered 404, too", () => {
  for (const method of ["GET", "PUT", "DELETE", "HEAD", "PATCH"]) {
    expect(() => read(method, "/signup")).toThrow(refused(404));
  }
});

test("of a body only known fields go on, each once, in their own spelling", () => {
  const body =
    '{"email":"a@b.org","email":"c@d.org","factorId":"x","gotrue_meta_security":{"captcha_token":"t","A":1},"data":{"EMAIL":1}}';
  expect(read("POST", "/signup", body).fields).toEqual({
    email: "c@d.org",
    gotrue_meta_security: { captcha_token: "t" },
    data: { EMAIL: 1 },
  });
  for (const key of ["EMAIL", "Email", "create_u\\u017fer", "CREATE_USER", "e\\u006dAil"]) {
    expect(() => read("POST", "/otp", `{"email":"a@b.org","${key}":true}`)).toThrow(refused(400));
  }
  expect(read("POST", "/otp", '{"\\u0065mail":"a@b.org"}').fields).toEqual({ email: "a@b.org" });
});

test.each(["[1]", "null", '"a"', "{", "{}x", '{"email":"a\\u0000"}', "\u0001"])("the body %s is refused", (body) => {
  expect(() => read("POST", "/signup", body)).toThrow(refused(400));
});

test("a body must be what its content type says, and the one that the call has", () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json;charset=utf-16"]) {
    expect(() => read("POST", "/signup", "{}", type)).toThrow(refused(415));
  }
  expect(() => read("POST", "/callback", "{}")).toThrow(refused(415));
  const form = "application/x-www-form-urlencoded";
  expect(read("POST", "/callback", "code=1&state=2&x=3", form).fields).toEqual({ code: "1", state: "2" });
  expect(() => read("POST", "/callback", "code=1&code=2", form)).toThrow(refused(400));
  expect(read("POST", "/logout", '{"a":1}').fields).toBeNull();
});

test("of a query only known parameters go on, each once", () => {
  const query = (path: string, method = "POST") => Object.fromEntries(read(method, path).query);
  expect(query("/signup?redirect_to=https://a.org/?x=1%26y&apikey=z")).toEqual({ redirect_to: "https://a.org/?x=1&y" });
  expect(query("/authorize?provider=x&prompt=login&a.b=1", "GET")).toEqual({ provider: "x", prompt: "login" });
  expect(() => read("GET", "/verify?token=a&token=b")).toThrow(refused(400));
  expect(() => read("GET", "/verify?token=%00")).toThrow(refused(400));
  for (const grant of ["", "?grant_type=nothing", "?GRANT_TYPE=password", "?grant_type=password;x=1"]) {
    expect(() => read("POST", `/token${grant}`, "{}")).toThrow(refused(400));
  }
  expect(() => read("POST", "/token?grant_type=pkce&grant_type=password", "{}")).toThrow(refused(400));
});

test("every call in the source of the official client is in the list", () => {
  const folder = join(createRequire(import.meta.url).resolve("@supabase/auth-js"), "../../../src");
  const source = ["GoTrueClient.ts", "GoTrueAdminApi.ts"]
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join();
  const id = "0b9c5f5e-3a6f-4f0e-9d0e-6a8a4f1b2c3d";
  const calls = [...source.matchAll(/_request\(\s*this\.fetch,\s*'([A-Z]+)',\s*`\$\{this\.url\}([^`]+)`/g)];
  // Those that put their address together elsewhere.
  const others = ["GET /authorize", "GET /user/identities/authorize", "POST /resend"];
  const all = [...calls.map(([, method, path]) => `${method} ${path?.replace(/\$\{[^}]+\}/g, id)}`), ...others];
  expect(all.length).toBeGreaterThan(60);
  for (const call of all) {
    const [method = "", path = ""] = call.split(" ");
    expect(() => read(method, path.replace(`scope=${id}`, "scope=local")), call).not.toThrow();
  }
});
