import { useCallback, useEffect, useState } from "react";

/** The bytes behind an address, up to `limit` of them. `null` while they come. */
export function useBytes(url: string, limit: number | null) {
  const [bytes, setBytes] = useState<Uint8Array<ArrayBuffer> | null>(null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    void attempt;
    const abort = new AbortController();
    setFailed(false);
    fetch(url, { signal: abort.signal, headers: limit === null ? undefined : { range: `bytes=0-${limit - 1}` } })
      .then(async (response) => {
        if (!response.ok) throw new Error(String(response.status));
        setBytes(new Uint8Array(await response.arrayBuffer()));
      })
      .catch(() => !abort.signal.aborted && setFailed(true));
    return () => abort.abort();
  }, [url, limit, attempt]);
  const again = useCallback(() => setAttempt((before) => before + 1), []);
  return { bytes, failed, again };
}
