import { createHash } from "node:crypto";

/** Passwords that guessers try first. */
export interface KnownPasswords {
  isKnown(password: string): Promise<boolean>;
}

export interface KnownPasswordsOptions {
  /**
   * A service that speaks the protocol of Pwned Passwords: `GET <url>/range/<first five of 40 hex digits of SHA-1>` answers the other 35 of
   * all that it knows, so that it never learns a password or its hash. Null: the list that comes with us alone.
   */
  breachedUrl: string | null;
  log: { warn(fields: object, message: string): void };
}

const TIMEOUT_MS = 2000;

/** 49,000 of the most common ones, offline; and, where that is asked for, those of known breaches. A service that does not answer refuses nobody. */
export function createKnownPasswords({ breachedUrl, log }: KnownPasswordsOptions): KnownPasswords {
  let common: Promise<ReadonlySet<string>> | null = null;
  return {
    async isKnown(password) {
      common ??= loadCommon();
      if ((await common).has(password.toLowerCase())) return true;
      if (breachedUrl === null) return false;
      try {
        return await isBreached(breachedUrl, password);
      } catch (error) {
        log.warn({ err: error }, "breached passwords could not be looked up; the password was taken");
        return false;
      }
    },
  };
}

/** When it is first needed: it takes a quarter of a second and some megabytes. */
async function loadCommon(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"]);
}

async function isBreached(url: string, password: string): Promise<boolean> {
  const hash = createHash("sha1").update(password).digest("hex").toUpperCase();
  const [prefix, rest] = [hash.slice(0, 5), hash.slice(5)];
  const answer = await fetch(`${url}/range/${prefix}`, {
    // Every answer is of about the same length then.
    headers: { "add-padding": "true", "user-agent": "Holdfast" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`The service answered ${answer.status}.`);
  const lines = (await answer.text()).split(/\r?\n/);
  // Padding is of entries that count nothing.
  return lines.some((line) => line.startsWith(`${rest}:`) && Number(line.slice(rest.length + 1)) > 0);
}
