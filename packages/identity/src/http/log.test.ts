import { Writable } from "node:stream";
import Fastify from "fastify";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { createSigningKeys, defaultIdentityConfig, identityPlugin } from "../index.ts";

const lines: string[] = [];
const stream = new Writable({
  write(chunk, _encoding, done) {
    lines.push(String(chunk));
    done();
  },
});
const app = Fastify({ logger: { level: "trace", stream } });
// Nobody listens there: what is asked for fails, and failures are what is logged most.
const pool = new pg.Pool({ host: "127.0.0.1", port: 9 });
afterAll(async () => {
  await app.close();
  await pool.end();
});

test("codes and tokens in addresses and bodies stay out of the host's log", async () => {
  const address = "http://localhost/auth/v1";
  const config = { ...defaultIdentityConfig, siteUrl: "http://localhost", externalUrl: address };
  const keys = await createSigningKeys();
  await app.register(identityPlugin, { prefix: "/auth/v1", pool, config, keys, mailer: null, log: app.log });
  const state = crypto.randomUUID();
  await app.inject(`/auth/v1/verify?type=recovery&token=secret-in-link`);
  await app.inject(`/auth/v1/callback?code=secret-in-callback&state=${state}`);
  await app.inject(`/auth/v1/authorize?provider=x&invite_token=secret-in-invitation`);
  const sent = { email: "a@example.org", password: "secret-in-body" };
  await app.inject({ method: "POST", url: "/auth/v1/token?grant_type=password", payload: sent });
  const log = lines.join("");
  expect(log).toContain("a request to the identity service failed");
  expect(log).not.toMatch(/secret-in/);
});
