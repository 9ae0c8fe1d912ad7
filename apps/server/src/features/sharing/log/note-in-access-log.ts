import type { AccessLog, Outcome } from "../../../platform/audit/access-log.ts";
import { plainAddress } from "../../../platform/http/connection/network.ts";
import type { ShareAccess, ShareLog } from "./share-log.ts";

/** What the log of a link shows its owner, administrators see in the access log, with the whole address. Bytes that were sent are noted where they are. */
export function noteInAccessLog(shareLog: ShareLog, accessLog: AccessLog): ShareLog {
  return {
    ...shareLog,
    record(access) {
      shareLog.record(access);
      const entry = entryOf(access);
      if (entry === null) return;
      const { linkId, fileId, fileName, ip, userAgent } = access;
      accessLog.record({
        ...{
          ...entry,
          actorId: null,
          via: "link",
          ip: plainAddress(ip),
          userAgent: userAgent ?? null,
          requestId: null,
        },
        ...{ targetId: fileId ?? linkId, targetName: fileId === null ? null : fileName, kind: linkId },
        detail: { linkId, ...entry.detail },
      });
    },
  };
}

interface Noted {
  action: string;
  outcome: Outcome;
  detail?: Record<string, unknown>;
}

function entryOf({ action, outcome }: ShareAccess): Noted | null {
  if (outcome === "exhausted") return { action: `link.${action}`, outcome: "refused", detail: { reason: outcome } };
  if (outcome === "wrong_password") return { action: "link.unlock", outcome: "refused", detail: { reason: outcome } };
  if (action === "view") return outcome === "ok" ? { action: "link.view", outcome } : null;
  return action === "unlock" && outcome === "ok" ? { action: "link.unlock", outcome } : null;
}
