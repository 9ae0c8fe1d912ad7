import { publicSettings } from "@holdfast/contract/client";
import { urlOf } from "@/lib/api";

const ANSWER_MS = 2000;

/** Any answer but one of a server, or of a proxy before it, that cannot do anything now. */
export async function isAnswering(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const { status } = await fetch(urlOf(publicSettings, {}), { signal, cache: "no-store" });
    return status < 500;
  } catch {
    return false;
  }
}
