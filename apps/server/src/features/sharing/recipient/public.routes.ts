import * as contract from "@holdfast/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ProblemError } from "../../../platform/http/problem.ts";
import { takeRawBodies } from "../../../platform/http/raw-bodies.ts";
import { answered, type Context, route } from "../../../platform/http/route.ts";
import { listFolder } from "../../files/index.ts";
import type { ShareAction, ShareOutcome } from "../log/share-log.ts";
import type { SharingDeps } from "../sharing.deps.ts";
import { checkPassword, passwordHeader } from "./check-password.ts";
import { downloadsLeft } from "./grants.ts";
import { countedAtMost, pathInside, sizeInside } from "./open.queries.ts";
import { openInside, openShare, type SeenShare, seeShare } from "./open-share.ts";
import { listGrants } from "./preview-grants.ts";
import { toPublicFile, toPublicShare } from "./public-view.ts";
import { sendSharedArchive } from "./send-archive.ts";
import { sendSharedFile } from "./send-shared.ts";
import { holderOf, makeUnlockCookie, recipientOf, setUnlockCookie } from "./share-cookies.ts";
import { takeRequestedFile } from "./take-file.ts";

/** What recipients use: no account, a link's token instead. */
export function publicShareRoutes(app: FastifyInstance, deps: SharingDeps): void {
  const { publicUrl } = deps;
  route(app, contract.getPublicShare, async ({ params, request, reply }) => {
    keepPrivate(reply);
    const seen = await seeShare(deps, params.token, request);
    const { link } = seen;
    const password = seen.locked ? passwordHeader(request) : null;
    if (password !== null) seen.locked = !(await checkPassword(deps, link, password, request));
    deps.shareLog.viewed(link.id, deps.clock.now());
    log(deps, seen, request, "view", seen.locked ? "locked" : "ok");
    if (link.max_downloads !== null) recipientOf({ request, reply, publicUrl }, params.token);
    return toPublicShare(seen, deps.uploadDefaults);
  });

  route(app, contract.unlockShare, async ({ params, body, request, reply }) => {
    keepPrivate(reply);
    const seen = await seeShare(deps, params.token, request);
    if (!seen.locked) return toPublicShare(seen, deps.uploadDefaults);
    if (!(await checkPassword(deps, seen.link, body.password, request))) {
      throw new ProblemError("share_password_wrong", "The password is wrong. Ask the sender for it.");
    }
    setUnlockCookie(
      { request, reply, publicUrl },
      params.token,
      makeUnlockCookie(deps.keys, seen.link, deps.clock.now()),
    );
    log(deps, seen, request, "unlock", "ok");
    return toPublicShare({ link: seen.link, locked: false }, deps.uploadDefaults);
  });

  route(app, contract.listPublicFiles, async ({ params, query, request, reply }) => {
    keepPrivate(reply);
    const link = await openShare(deps, params.token, request);
    const folder = await openInside(deps, link, query.parentId ?? link.item.id);
    if (folder.kind !== "folder") throw new ProblemError("not_a_folder", "This is a file; there is nothing inside.");
    const { parentId: _link, ...page } = query;
    const [{ items, nextCursor }, ancestors] = await Promise.all([
      listFolder(deps, folder.id, page, { principalId: link.user_id }),
      pathInside.all(deps.db, folder.id, link.item.id, link.user_id),
    ]);
    return { items: items.map((file) => toPublicFile(file, link.item.id)), nextCursor, ancestors };
  });

  route(app, contract.getPublicGrants, async ({ params, request, reply }) => {
    keepPrivate(reply);
    const link = await openShare(deps, params.token, request);
    const none = { downloads: [], archives: [], previews: [], downloadsLeft: downloadsLeft(link) };
    if (link.max_downloads === null) return none;
    const holder = holderOf(deps.keys, link.id, recipientOf({ request, reply, publicUrl }, params.token));
    return { ...none, ...(await listGrants(deps, link.id, holder)) };
  });

  route(app, contract.getPublicSize, async ({ params, query, request, reply }) => {
    keepPrivate(reply);
    const link = await openShare(deps, params.token, request);
    const folder = await openInside(deps, link, query.parentId ?? link.item.id);
    if (folder.kind !== "folder") throw new ProblemError("not_a_folder", "This is a file; there is nothing inside.");
    const { files, bytes, seen } = (await sizeInside.first(deps.db, folder.id, link.user_id)) ?? {
      files: 0,
      bytes: 0,
      seen: 0,
    };
    return { files, bytes, complete: seen <= countedAtMost };
  });

  type ContentContext = Context<typeof contract.getPublicContent> | Context<typeof contract.getPublicFileContent>;
  const content = async ({ params, query, request, reply }: ContentContext): Promise<typeof answered> => {
    keepPrivate(reply);
    const { token } = params;
    const link = await openShare(deps, token, request);
    const item = await openInside(deps, link, "id" in params ? params.id : link.item.id);
    await sendSharedFile(deps, { request, reply, token, link, item }, query.disposition);
    return answered;
  };
  route(app, contract.getPublicContent, content);
  route(app, contract.headPublicContent, (context) => content(context as unknown as ContentContext));
  route(app, contract.getPublicFileContent, content);
  route(app, contract.headPublicFileContent, (context) => content(context as unknown as ContentContext));

  route(app, contract.getPublicArchive, async ({ params, query, request, reply }) => {
    keepPrivate(reply);
    const { token } = params;
    const link = await openShare(deps, token, request);
    const item = await openInside(deps, link, query.parentId ?? link.item.id);
    await sendSharedArchive(deps, { request, reply, token, link, item });
    return answered;
  });

  app.register(async (scope) => {
    takeRawBodies(scope);
    route(scope, contract.putPublicContent, async ({ params, query, request, reply }) => {
      keepPrivate(reply);
      const link = await openShare(deps, params.token, request);
      return takeRequestedFile(deps, link, query, request);
    });
  });
}

/** Nothing about a link is kept by anybody between, and search engines leave it alone. */
function keepPrivate(reply: FastifyReply): void {
  reply.header("cache-control", "private, no-store").header("x-robots-tag", "noindex, nofollow");
}

function log(
  deps: SharingDeps,
  { link, locked }: SeenShare,
  request: FastifyRequest,
  action: ShareAction,
  outcome: ShareOutcome,
): void {
  deps.shareLog.record({
    linkId: link.id,
    occurredAt: deps.clock.now(),
    ip: request.ip,
    userAgent: request.headers["user-agent"],
    action,
    outcome,
    fileId: locked ? null : link.item.id,
    fileName: locked ? null : link.item.name,
  });
}
