import type { Identity } from "../service.ts";
import type { SessionRecord } from "./sessions.queries.ts";

/** Whether a session has reached its end, is older than its time box, or was not refreshed for too long. */
export function isOver({ config, now }: Identity, session: SessionRecord): boolean {
  const at = now().getTime();
  const { sessionTimebox, inactivityTimeout } = config;
  const [made, used] = [session.created_at.getTime(), (session.refreshed_at ?? session.created_at).getTime()];
  return (
    (session.not_after !== null && at > session.not_after.getTime()) ||
    (sessionTimebox > 0 && at > made + sessionTimebox * 1000) ||
    (inactivityTimeout > 0 && at > used + inactivityTimeout * 1000)
  );
}
