import { audit } from "../../../platform/audit/audit.ts";
import { inet } from "../../../platform/http/connection/network.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";

/** Notes a sign-in in the history, and tells the account's owner where it came from a network or with a browser that the history does not know. */
export async function noteSignIn(
  { db, history, notices }: Pick<AuthDeps, "db" | "history" | "notices">,
  entry: { userId: string; email: string; method: string },
  caller: Caller,
): Promise<void> {
  if (!(await history.record({ ...entry, outcome: "success" }, caller))) return;
  const { userId } = entry;
  const origin = { actorId: userId, ip: inet(caller.ip), requestId: null };
  await audit(db, origin, { action: "session.new_device", targetId: userId });
  notices.tell({ userId, kind: "device", caller });
}
