"use client";

import { useEffect, useState } from "react";

/**
 * What stands behind `#` in the address: browsers send it to no server and no log. It leaves the address bar at once. Undefined until the
 * page has looked.
 */
export function useFragment(): URLSearchParams | undefined {
  const [fragment, setFragment] = useState<URLSearchParams>();
  useEffect(() => {
    setFragment(new URLSearchParams(window.location.hash.slice(1)));
    if (!window.location.hash) return;
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  }, []);
  return fragment;
}
