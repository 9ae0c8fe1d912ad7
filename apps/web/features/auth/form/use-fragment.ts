"use client";

import { useEffect, useState } from "react";

/**
 * What stands behind `#` in the address, also where it is pasted into a page that is open already: browsers send it to no server and no
 * log. It leaves the address bar at once. Undefined until the page has looked.
 */
export function useFragment(): URLSearchParams | undefined {
  const [fragment, setFragment] = useState<URLSearchParams>();
  useEffect(() => {
    const take = () => {
      const { hash, pathname, search } = window.location;
      if (hash) window.history.replaceState(window.history.state, "", pathname + search);
      setFragment((known) => (hash || !known ? new URLSearchParams(hash.slice(1)) : known));
    };
    take();
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return fragment;
}
