import type { FastifyRequest } from "fastify";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import type { SharingDeps } from "../sharing.deps.ts";
import { decodeToken } from "../token.ts";
import { checkPassword, passwordHeader } from "./check-password.ts";
import { findInside, type LinkRow, type SharedItem } from "./open.queries.ts";
import { isUnlocking, readUnlockCookie } from "./share-cookies.ts";

/** A link as somebody stands before it. */
export interface SeenShare {
  link: LinkRow;
  /** The password is still to be given: nothing of what is behind may be told. */
  locked: boolean;
}

/**
 * What a token leads to, whether or not the password is known: for what may be said about a locked link, and to unlock it. Everything else
 * asks `openShare`.
 * @throws ProblemError not_found, the same for a forged, revoked, expired or otherwise dead link
 */
export async function seeShare(deps: SharingDeps, token: string, request: FastifyRequest): Promise<SeenShare> {
  const linkId = decodeToken(deps.keys, token);
  if (linkId === null) throw notFound();
  const link = await deps.findLiveLink(linkId);
  if (!link) throw notFound();
  const now = deps.clock.now();
  const locked = link.password_hash !== null && !isUnlocking(deps.keys, link, readUnlockCookie(request), now);
  return { link, locked };
}

/**
 * The one way through a link to a byte or a name: the token is ours, the link and its owner are good, its file is not in the trash, and the
 * password is known, by cookie or by the header `Share-Password`.
 * @throws ProblemError not_found, share_password_required, rate_limited
 */
export async function openShare(deps: SharingDeps, token: string, request: FastifyRequest): Promise<LinkRow> {
  const { link, locked } = await seeShare(deps, token, request);
  if (!locked) return link;
  const password = passwordHeader(request);
  if (password === null) {
    throw new ProblemError(
      "share_password_required",
      "This link is protected. Unlock it with its password, or send the password as the header Share-Password.",
    );
  }
  if (await checkPassword(deps, link, password, request)) return link;
  throw new ProblemError("share_password_required", "The password in the header Share-Password is wrong.");
}

/**
 * What lies inside an opened link.
 * @throws ProblemError not_found where it lies elsewhere, is in the trash, or the link is for uploads and shows nothing
 */
export async function openInside(deps: SharingDeps, link: LinkRow, fileId: string): Promise<SharedItem> {
  if (link.allow_upload) throw notFound();
  if (fileId === link.item.id) return link.item;
  if (link.item.kind !== "folder") throw notFound();
  const item = await findInside.first(deps.db, fileId, link.item.id, link.user_id);
  if (!item) throw notFound();
  return item;
}
