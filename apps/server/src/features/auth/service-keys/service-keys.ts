import { randomUUID } from "node:crypto";
import { mintApiKey, type SigningKeys, uuidPattern } from "@holdfast/identity";
import { audit } from "../../../platform/audit/audit.ts";
import type { Database } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { saveSetting } from "../settings/settings.queries.ts";
import {
  insertServiceKey,
  judgeServiceKey,
  listServiceKeys,
  revokeServiceKey,
  revokeServiceKeysNamed,
  type ServiceKeyRow,
} from "./service-keys.queries.ts";

/** Keys to `/auth/v1/admin`, for the operator at the machine itself. */
export interface ServiceKeys {
  list(): Promise<ServiceKeyRow[]>;
  /** @returns the key, which is shown once and lies nowhere */
  create(name: string): Promise<string>;
  /** The key is refused from the next request on. @throws ProblemError not_found */
  revoke(id: string): Promise<string>;
  /**
   * A new key in place of the installation's own. That, and every key that was made without this list (by hand, by Supabase's tools), is
   * refused from the next request on; the keys of the list stay.
   */
  rotate(): Promise<string>;
}

/** The installation's own, in `keys/service-role-key`. */
const ownName = "service-role-key";
const operator = { actorId: null, ip: null, requestId: null };

export function createServiceKeys(db: Database, keys: SigningKeys, now: () => Date): ServiceKeys {
  return {
    list: () => listServiceKeys.all(db),
    async create(name) {
      const id = randomUUID();
      if (name.length < 1 || name.length > 100 || name === ownName) {
        throw new ProblemError("invalid_request", `A name has 1 to 100 characters, and is not ${ownName}.`);
      }
      await db.transaction(async (tx) => {
        await insertServiceKey.all(tx, id, name, now());
        await audit(tx, operator, { action: "service_key.create", targetId: id, detail: { name } });
      });
      return mintApiKey(keys, "service_role", { id, now: now() });
    },
    async revoke(id) {
      return db.transaction(async (tx) => {
        const revoked = uuidPattern.test(id) ? await revokeServiceKey.first(tx, id, now()) : undefined;
        if (!revoked) throw new ProblemError("not_found", `There is no service key ${id} that could be revoked.`);
        await audit(tx, operator, { action: "service_key.revoke", targetId: id, detail: { name: revoked.name } });
        return revoked.name;
      });
    },
    async rotate() {
      const id = randomUUID();
      const at = now();
      // What was made in this very second is older than the new key as well.
      const from = Math.floor(at.getTime() / 1000) + 1;
      await db.transaction(async (tx) => {
        await revokeServiceKeysNamed.all(tx, ownName, at);
        await insertServiceKey.all(tx, id, ownName, at);
        await saveSetting.all(tx, "service-keys-from", String(from));
        await audit(tx, operator, { action: "service_key.rotate", targetId: id });
      });
      return mintApiKey(keys, "service_role", { id, now: at });
    },
  };
}

/** For the public endpoint: one statement for a request of an administrator. */
export async function isKeyRevoked(db: Database, key: { id: string | null; issuedAt: number }): Promise<boolean> {
  const id = key.id !== null && uuidPattern.test(key.id) ? key.id : null;
  const found = await judgeServiceKey.first(db, id);
  if (found?.revoked !== null && found?.revoked !== undefined) return found.revoked;
  return key.issuedAt < Number(found?.counts_from ?? 0);
}
