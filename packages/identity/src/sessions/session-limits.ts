import type { Identity } from "../service.ts";
import type { SessionRecord } from "./sessions.queries.ts";

/**
 * Whether a session has reached its end or is older than its time box ("ended"), or was not refreshed for too long ("idle").
 * @param begun from when a session counts as unused that was never refreshed
 */
export function limitReached(
  { config, now }: Identity,
  session: SessionRecord,
  begun: Date = session.created_at,
): "ended" | "idle" | null {
  const at = now().getTime();
  const { sessionTimebox, inactivityTimeout } = config;
  if (session.not_after !== null && at > session.not_after.getTime()) return "ended";
  if (sessionTimebox > 0 && at > session.created_at.getTime() + sessionTimebox * 1000) return "ended";
  const used = (session.refreshed_at ?? begun).getTime();
  return inactivityTimeout > 0 && at > used + inactivityTimeout * 1000 ? "idle" : null;
}
