const removed = "[removed]";

/** What opens something and can be told by its form: in addresses, in headers, and by itself. */
const secrets = new RegExp(
  [
    // The address of a link: its token is the key to what is shared.
    String.raw`(?<before>(?:\/|%2F)(?:s|shares)(?:\/|%2F))[0-9A-Za-z]{20,}`,
    // Values of an address or form that sign somebody in.
    String.raw`(?<name>[?&#](?:\w{0,20}token\w{0,20}|code|state|challenge|password|nonce)=)[^&\s"'\\]+`,
    // An address with a user and a password.
    String.raw`(?<scheme>\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s\/"'@]*:[^\s\/"'@]*@`,
    String.raw`(?<header>\b(?:Bearer|Basic) )[\w.~+\/=-]{8,}`,
    String.raw`\bhf_[\w-]{16,}`,
    String.raw`\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*`,
  ].join("|"),
  "gi",
);

/** A line of the log without what could be used by who reads it. JSON stays JSON. */
export function withoutSecrets(line: string): string {
  return line.replace(secrets, (...args) => {
    const groups = args.at(-1) as Record<string, string | undefined>;
    const kept = groups.before ?? groups.name ?? groups.scheme ?? groups.header ?? "";
    return groups.scheme === undefined ? kept + removed : `${kept}${removed}@`;
  });
}
