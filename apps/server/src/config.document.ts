import { metaOf, settingNames } from "./config.ts";

/** The reference of all settings as Markdown: `docs/generated/configuration.md`. */
export function renderConfiguration(): string {
  const groups = Map.groupBy(settingNames, (name) => metaOf(name).group);
  const parts = [
    "# Settings",
    "Holdfast is set by environment variables, or by a file `.env` beside `package.json`. All have a default that works; all are checked at start, and every mistake is named at once. An empty variable counts as absent. Settings marked *secret* may be given as a file instead: `<NAME>_FILE` names it.",
  ];
  for (const [group, names] of groups) {
    const rows = names.map((name) => {
      const { values, fallback, description, secret, aliases = [] } = metaOf(name);
      const other = aliases.length > 0 ? ` Also read as ${aliases.map((alias) => `\`${alias}\``).join(", ")}.` : "";
      return `| \`${name}\` | ${values} | ${fallback ?? "–"} | ${description}${other}${secret ? " *Secret.*" : ""} |`;
    });
    parts.push(`## ${group}`, ["| Setting | Value | Default | |", "|---|---|---|---|", ...rows].join("\n"));
  }
  return `${parts.join("\n\n")}\n`;
}
