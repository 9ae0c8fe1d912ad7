import { bulkFiles } from "@holdfast/contract/client";
import { call } from "@/lib/api";

type BulkAction = "trash" | "restore" | "delete" | "move";
export type BulkResult = { done: number; failed: number; reason: string; refused: ReadonlySet<string> };
const batch = 1000;

/** Many at once, in batches; what could not be done is counted and named, with the first reason. */
export async function bulk(action: BulkAction, ids: readonly string[], parentId?: string | null): Promise<BulkResult> {
  const refused = new Set<string>();
  let reason = "";
  for (let start = 0; start < ids.length; start += batch) {
    const result = await call(bulkFiles, { body: { action, ids: ids.slice(start, start + batch), parentId } });
    for (const item of result.items) {
      if (item.ok) continue;
      refused.add(item.id);
      reason ||= item.detail ?? item.code ?? "";
    }
  }
  return { done: ids.length - refused.size, failed: refused.size, reason, refused };
}
