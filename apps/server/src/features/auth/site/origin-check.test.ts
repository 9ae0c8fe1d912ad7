import type { FastifyRequest } from "fastify";
import { expect, test } from "vitest";
import { refuseForeignOrigin, requireOwnOrigin } from "./origin-check.ts";

function request(method: string, host: string, headers: Record<string, string>): FastifyRequest {
  return { method, host, headers } as unknown as FastifyRequest;
}

function isAllowed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

const publicUrl = "https://files.example.org";

test.each([
  // host of the request, Origin, verdict
  ["files.example.org", "https://files.example.org", true],
  ["10.0.0.5:3000", "https://files.example.org", true], // a proxy that changes Host
  ["nas.local:3000", "http://nas.local:3000", true], // at home, past PUBLIC_URL
  ["files.example.org:443", "https://files.example.org", true],
  ["FILES.example.org", "http://files.example.org", true],
  ["files.example.org", "https://evil.example", false],
  ["files.example.org", "https://files.example.org.evil.example", false],
  ["files.example.org", "https://evil.files.example.org", false],
  ["nas.local:3000", "http://nas.local:3001", false],
  ["nas.local:3000", "http://nas.local", false],
  ["files.example.org", "null", false],
  ["files.example.org", "", false],
])("host %s, origin %s", (host, origin, allowed) => {
  expect(isAllowed(() => requireOwnOrigin(request("POST", host, { origin }), publicUrl))).toBe(allowed);
  expect(isAllowed(() => refuseForeignOrigin(request("POST", host, { origin }), publicUrl))).toBe(allowed);
});

test("no Origin is a refusal where a cookie lets in, unless the browser vouches; reading needs none", () => {
  const check = (method: string, headers: Record<string, string>) =>
    isAllowed(() => requireOwnOrigin(request(method, "nas.local", headers), null));
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "MKCOL", "MOVE"]) {
    expect(check(method, {})).toBe(false);
    expect(check(method, { "sec-fetch-site": "same-origin" })).toBe(true);
    for (const site of ["same-site", "cross-site", "none"])
      expect(check(method, { "sec-fetch-site": site })).toBe(false);
    expect(check(method, { origin: "https://evil.example", "sec-fetch-site": "same-origin" })).toBe(false);
  }
  for (const method of ["GET", "HEAD", "OPTIONS"]) expect(check(method, { origin: "https://evil.example" })).toBe(true);
  expect(isAllowed(() => refuseForeignOrigin(request("POST", "nas.local", {}), null))).toBe(true);
});
