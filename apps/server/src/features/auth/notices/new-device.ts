import { audit } from "../../../platform/audit/audit.ts";
import { inet } from "../../../platform/http/connection/network.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";
import { findEarlierLogin } from "./activity.queries.ts";

/**
 * To be called before the sign-in itself is noted. The first of all is none; after that, one with a program or from an address that none of the
 * last 200 had is told to the account's owner.
 */
export async function tellOfNewDevice(
  { db, notices }: Pick<AuthDeps, "db" | "notices">,
  userId: string,
  caller: Caller,
): Promise<void> {
  const earlier = await findEarlierLogin.first(db, userId, caller.userAgent?.slice(0, 500) ?? null, inet(caller.ip));
  if (!earlier?.any || earlier.known) return;
  const origin = { actorId: userId, ip: inet(caller.ip), requestId: null };
  await audit(db, origin, { action: "session.new_device", targetId: userId });
  notices.tell({ userId, kind: "device", caller });
}
