import type { AuthDeps } from "../auth.deps.ts";
import { mailedLink } from "../site/mailed-link.ts";

/** Invites an address, or once more one that has not answered yet, by mail or by a link that is returned. @throws ProblemError email_taken */
export async function invite(
  { identity, siteUrl, mail }: Pick<AuthDeps, "identity" | "siteUrl" | "mail">,
  email: string,
  asLink: boolean,
): Promise<{ userId: string; link: string | null }> {
  const site = siteUrl.current();
  if (mail && !asLink) return { userId: await identity.sendInvitation(email, `${site}/recover`), link: null };
  const { userId, tokenHash } = await identity.makeInvitation(email);
  return { userId, link: mailedLink(site, "invite", tokenHash) };
}
