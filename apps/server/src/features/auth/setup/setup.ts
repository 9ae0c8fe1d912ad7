import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { audit } from "../../../platform/audit/audit.ts";
import type { Database, Tx } from "../../../platform/database/database.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { readText, replaceFile } from "../../../platform/secret-files.ts";
import type { Caller, IdentityClient } from "../identity/identity-client.ts";
import type { RequireStrongPassword } from "../password/password-policy.ts";
import { deleteSetting, findSetting, saveSettingOnce } from "../settings/settings.queries.ts";
import type { Throttle } from "../throttle/throttle.ts";
import { adminExists, approveUser, findUserIdByEmail } from "../users/users.queries.ts";
import type { AdminLock } from "./admin-lock.ts";

export interface SetupDeps {
  db: Database;
  lock: AdminLock;
  identity: IdentityClient;
  throttle: Throttle;
  log: Logger;
  dataDir: string;
  requireStrongPassword: RequireStrongPassword;
  /** Seeds the first admin in place of the set-up page. */
  admin: { email: string; password: string } | null;
}

export interface Setup {
  isOpen(): Promise<boolean>;
  /** To be shown to the operator; null once an admin exists. */
  token(): string | null;
  /** At start: seeds the admin of the settings, or makes the token, or tidies up. */
  prepare(): Promise<void>;
  /**
   * Asks for the token, for what else an empty installation offers. Throttled like set-up itself.
   * @throws ProblemError setup_done, setup_token_invalid, rate_limited
   */
  verify(token: string, caller: Pick<Caller, "ip">): Promise<void>;
  /** Makes the first admin. @throws ProblemError setup_done, setup_token_invalid, weak_password, rate_limited */
  complete(input: { token: string; email: string; password: string }, caller: Caller, origin: Origin): Promise<void>;
}

const setting = "setup-token";

/**
 * The token lies in the settings table, so that all nodes know the same one, and in `keys/setup-token` for who has missed the log.
 * Both are gone once there is an admin.
 */
export function createSetup(deps: SetupDeps): Setup {
  const { db, lock, identity } = deps;
  const file = join(deps.dataDir, "keys", "setup-token");
  let shown: string | null = null;

  /** An account that exists already (sign-up was open before) becomes the admin, with the password given now. */
  async function makeAdmin(tx: Tx, email: string, password: string, origin: Origin): Promise<void> {
    const known = await findUserIdByEmail(tx, email);
    if (known) await identity.updateAccount(known, { password, role: "admin", disabled: false });
    const id = known ?? (await identity.createAccount({ email, password, role: "admin" }));
    await approveUser.all(tx, id);
    await deleteSetting.all(tx, setting);
    await audit(tx, { ...origin, actorId: origin.actorId ?? id }, { action: "setup.complete", targetId: id });
  }

  async function forgetToken(): Promise<void> {
    shown = null;
    await rm(file, { force: true });
  }

  async function verify(token: string, { ip }: Pick<Caller, "ip">): Promise<void> {
    if (await adminExists(db)) throw done();
    const right = await deps.throttle.attempt("setup", { ip }, async () => {
      const expected = await readToken(db);
      const result = expected !== null && equalSecrets(token.trim(), expected);
      return { counted: result ? "success" : "failure", result };
    });
    if (right) return;
    throw (await adminExists(db)) ? done() : wrongSetupToken();
  }

  return {
    isOpen: async () => !(await adminExists(db)),
    token: () => shown,

    async prepare() {
      if (deps.admin && !(await adminExists(db))) {
        const { email, password } = deps.admin;
        await lock(async (tx) => {
          if (await adminExists(tx)) return;
          await makeAdmin(tx, email.toLowerCase(), password, { actorId: null, ip: null, requestId: null });
          deps.log.info("the first admin was made from the settings");
        });
      }
      if (await adminExists(db)) {
        await deleteSetting.all(db, setting);
        return forgetToken();
      }
      // After a restore that failed the table is a new one, and the token is still the one that was shown.
      const token = (await readText(file)) ?? randomBytes(24).toString("base64url");
      shown = ((await saveSettingOnce.first(db, setting, token))?.value as string | undefined) ?? null;
      await mkdir(join(deps.dataDir, "keys"), { recursive: true, mode: 0o700 });
      if (shown && (await readText(file)) !== shown) await replaceFile(file, shown);
    },

    verify,

    async complete({ token, email, password }, caller, origin) {
      await verify(token, caller);
      await deps.requireStrongPassword(password);
      await lock(async (tx) => {
        if (await adminExists(tx)) throw done();
        await makeAdmin(tx, email, password, origin);
      });
      await forgetToken();
    },
  };
}

async function readToken(db: Database): Promise<string | null> {
  return ((await findSetting.first(db, setting))?.value as string | undefined) ?? null;
}

/** In the same time for every wrong secret, whatever its length. */
export function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(hash("sha256", one, "buffer"), hash("sha256", other, "buffer"));
}

export function wrongSetupToken(): ProblemError {
  return new ProblemError(
    "setup_token_invalid",
    "The set-up token is wrong. It is in the file keys/setup-token of the server's data folder.",
  );
}

function done(): ProblemError {
  return new ProblemError("setup_done", "There is an admin already. Sign in instead.");
}
