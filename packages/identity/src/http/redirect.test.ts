import { expect, test } from "vitest";
import { defaultIdentityConfig } from "../config.ts";
import { isAllowedRedirect } from "./redirect.ts";

const config = {
  ...defaultIdentityConfig,
  siteUrl: "https://files.example.org",
  externalUrl: "https://files.example.org/auth/v1",
  redirectAllowList: [
    "https://app.example.org/**",
    "https://*.preview.example.org/login",
    "org.example.app://callback",
    "http://localhost:*/cb",
    "https://a.example.org/?/x",
    "javascript:**",
    "http://127.0.0.1:**",
    "https://{one,two}.example.org/[a-c][!x]",
    "https://exact.example.org/a\\*b",
    "https://open.example.org/{",
  ],
};

test.each([
  "https://files.example.org/anything?x=1#y",
  "https://app.example.org/deep/er?x=1#fragment",
  "https://pr-7.preview.example.org/login",
  "org.example.app://callback",
  "http://localhost:5173/cb",
  "https://a.example.org/b/x",
  "http://127.0.0.1:9/x",
  "https://one.example.org/ay",
  "https://two.example.org/c-",
  "https://exact.example.org/a*b",
])("%s is allowed", (target) => expect(isAllowedRedirect(config, target)).toBe(true));

test.each([
  "",
  "/relative",
  "https://files.example.org.evil.example/",
  "https://files.example.org@evil.example/",
  "https://files.example.org:8443/",
  "http://files.example.org/",
  "https://app.example.org.evil.example/",
  "https://app.example.orgevil/",
  "https://a.b.preview.example.org/login",
  "https://evil/x.preview.example.org/login",
  "https://evil.example/\\app.example.org/",
  "https://a.example.org/bc/x",
  "org.example.app://other",
  "https://three.example.org/ay",
  "https://one.example.org/dy",
  "https://one.example.org/ax",
  "https://exact.example.org/axb",
  "https://open.example.org/x",
  "javascript:alert(1)",
  "data:text/html,x",
  "https://3232235777/",
  "http://192.168.1.1/",
  "http://[2001:db8::1]/",
])("%s is not", (target) => expect(isAllowedRedirect(config, target)).toBe(false));
