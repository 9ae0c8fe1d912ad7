export type Reach = "this-computer" | "network" | "anyone";

/** Who can open an address, as far as its host tells: names of local networks and private addresses (RFC 1918, 3927, 4193, 4291, 6598). */
export function reachOf(address: string): Reach {
  const host = new URL(address).hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^(127\.|0\.0\.0\.0$)/.test(host)) {
    return "this-computer";
  }
  if (/^\d+(\.\d+){3}$/.test(host)) {
    return /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(host)
      ? "network"
      : "anyone";
  }
  if (host.includes(":")) return /^(f[cd]|fe[89ab])/.test(host) ? "network" : "anyone";
  return !host.includes(".") || /\.(local|lan|home|internal|home\.arpa)$/.test(host) ? "network" : "anyone";
}
