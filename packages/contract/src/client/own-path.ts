/**
 * Where a browser goes after a sign-in: a path of `site`, whatever was asked for, and never another site.
 *
 * @param site origin of the pages, such as `https://files.example.org`
 */
export function ownPath(next: string | null | undefined, site: string): string {
  const home = "/files";
  if (!next || !URL.canParse(next, site)) return home;
  const target = new URL(next, site);
  if (target.origin !== new URL(site).origin) return home;
  const path = target.pathname + target.search;
  // `/.//host` has the path `//host`, which names another site where it stands alone.
  return path.startsWith("//") ? home : path;
}
