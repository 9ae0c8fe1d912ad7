import { expect, test } from "vitest";
import { unknownSettings } from "./config.ts";

test.each([
  ["PUBLIC_ULR", "PUBLIC_URL"],
  ["PUBLICURL", "PUBLIC_URL"],
  ["DATABASE_URI", "DATABASE_URL"],
  ["TRUST_PROXYS", "TRUST_PROXY"],
  ["SIGN_UP", "SIGNUP"],
  ["HOLDFAST_PORT", "PORT"],
  ["HOLDFAST_PUBLIC_URL", "PUBLIC_URL"],
  ["HOLDFAST_DATA_DIR", "HOLDFAST_DATA"],
  ["HOLDFAST_NONSENSE", null],
  ["HOLDFAST_DATAS", "HOLDFAST_DATA"],
  ["SMTP_HOST", "SMTP_URL"],
  ["S3_SECRET_KEY", "S3_SECRET_ACCESS_KEY"],
  ["S3_ENDPOINT_URL", "S3_ENDPOINT"],
  ["SMTP_URL_FLIE", "SMTP_URL_FILE"],
  ["holdfast_data", "HOLDFAST_DATA"],
])("%s is named, with %s", (name, meant) => {
  const [sentence, ...more] = unknownSettings({ [name]: "x" });
  expect(more).toEqual([]);
  expect(sentence).toMatch(new RegExp(`^${name} is set, but Holdfast has no such setting and ignores it\\. `));
  expect(sentence).toContain(meant === null ? "See docs/generated/configuration.md." : `Did you mean ${meant}?`);
});

test("what is ours, empty or somebody else's is not spoken of", () => {
  const env = {
    ...{
      PORT: "3000",
      SMTP_URL_FILE: "/run/secrets/smtp",
      SMTP_HOST: "",
      HOLDFAST_DEV_WEB_PORT: "1",
      HOLDFAST_SEED: "1",
    },
    ...{
      PATH: "/bin",
      HOME: "/root",
      HOSTNAME: "box",
      HOSTTYPE: "x86_64",
      POSTGRES_URL: "x",
      REDIS_URL: "x",
      PWD: "/",
      PORTS: "x",
    },
    ...{
      NODE_ENV: "x",
      LANG: "C",
      SHELL: "sh",
      USER: "me",
      TERM: "xterm",
      INVOCATION_ID: "x",
      JOURNAL_STREAM: "1:2",
      DATABASE_HOST: "x",
    },
    ...{
      AWS_REGION: "x",
      AWS_ACCESS_KEY_ID: "x",
      NODE_VERSION: "26",
      UV_THREADPOOL_SIZE: "16",
      MALLOC_ARENA_MAX: "2",
      LS_COLORS: "x",
    },
    ...{
      npm_config_cache: "x",
      SUPABASE_ACCESS_TOKEN: "x",
      SUPABASE_DB_PASSWORD: "x",
      LOG_FILE: "x",
      KUBERNETES_PORT: "x",
      PUBLIC_IP: "x",
    },
    ...{ SSL_CERT_FILE: "x", SSL_CERT_DIR: "x" },
  };
  expect(unknownSettings(env)).toEqual([]);
});
