/**
 * The page of ours that a mail or an invitation leads to. The secret is behind "#", which no browser sends and no log sees: the page hands
 * it over in a POST, so that programs which open links in mails to look at them use nothing up.
 */
export function mailedLink(siteUrl: string, kind: string, tokenHash: string): string {
  return `${siteUrl}/recover#${new URLSearchParams({ token_hash: tokenHash, type: kind })}`;
}
