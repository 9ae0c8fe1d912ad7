const browsers: readonly [string, RegExp][] = [
  ["Edge", /Edg\//],
  ["Opera", /OPR\//],
  ["Firefox", /Firefox\//],
  ["Chrome", /Chrom(e|ium)\//],
  ["Safari", /Safari\//],
  ["curl", /^curl/],
  ["rclone", /^rclone/],
  ["Wget", /^Wget/],
];
const systems: readonly [string, RegExp][] = [
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Android", /Android/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X/],
  ["ChromeOS", /CrOS/],
  ["Linux", /Linux/],
];

/** "Firefox, Linux" for a User-Agent header; its own first word where nothing is known. */
export function agentName(agent: string | null): string {
  if (!agent) return "";
  const browser = browsers.find(([, pattern]) => pattern.test(agent))?.[0] ?? agent.split(/[\s/]/)[0];
  const system = systems.find(([, pattern]) => pattern.test(agent))?.[0];
  return system ? `${browser}, ${system}` : (browser ?? "");
}
