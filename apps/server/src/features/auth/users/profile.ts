import type { User } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Database } from "../../../platform/database/database.ts";
import type { Events } from "../../../platform/events/events.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { findUser, setDisplayName } from "./users.queries.ts";

/** @throws ProblemError session_ended where the account was deleted a moment ago */
export async function profileOf(db: Database, { userId }: Principal): Promise<User> {
  return (await findUser(db, userId)) ?? sessionEnded();
}

export async function changeProfile(
  { db, events }: { db: Database; events: Events },
  { userId }: Principal,
  displayName: string | null,
  origin: Origin,
): Promise<User> {
  const name = displayName === "" ? null : displayName;
  const user = await db.transaction(async (tx) => {
    await setDisplayName.all(tx, userId, name);
    await audit(tx, origin, { action: "user.update", targetId: userId, detail: { displayName: name } });
    return findUser(tx, userId);
  });
  if (!user) return sessionEnded();
  events.publish(userId, { type: "user.changed" });
  return user;
}

function sessionEnded(): never {
  throw new ProblemError("session_ended", "The session has ended. Sign in again.");
}
