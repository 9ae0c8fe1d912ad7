import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { noteSent } from "../../platform/audit/note-sent.ts";
import { createAtOnce } from "../../platform/http/at-once.ts";
import { clientKey } from "../../platform/http/clients/client-key.ts";
import { originOf } from "../../platform/http/principal.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { type Answered, answered, type Context, route } from "../../platform/http/route.ts";
import { isId } from "../../platform/ids.ts";
import { accessFiles } from "../access/index.ts";
import { accessContent, asksForPart, sendArchive, sendContent } from "../content/index.ts";
import { withArchive } from "./archive-entries.ts";
import { bulkFiles } from "./bulk-files.ts";
import { copyFile } from "./copy/copy-file.ts";
import { cancelCopy, getCopy, listCopies } from "./copy/large-copies.ts";
import { createFolder } from "./create-folder.ts";
import type { FilesDeps } from "./files.deps.ts";
import { getFile, listFiles } from "./listing/list-files.ts";
import { folderTotals, trashTotals } from "./listing/tree-totals.ts";
import { checkMove } from "./move/check-move.ts";
import { searchFiles } from "./search/search-files.ts";
import { emptyTrash, purgeFile, trashFile } from "./trash/delete-file.ts";
import { listTrash, listTrashedFolder } from "./trash/list-trash.ts";
import { restoreFile } from "./trash/restore-file.ts";
import { updateFile } from "./update-file.ts";
import { deleteVersion, deleteVersions } from "./versions/delete-versions.ts";
import { listVersions, restoreVersion } from "./versions/versions.ts";

export function filesRoutes(app: FastifyInstance, deps: FilesDeps): void {
  // What may take a database long, so many at once for each user, and of all users.
  const within = deps.longQuestions;
  const searches = createAtOnce({ what: "searches", most: 4, within });
  const copies = createAtOnce({ what: "copies", most: 4, within });
  const totals = createAtOnce({ what: "counts of folders", most: 2, within });
  const moves = createAtOnce({ what: "moves", most: 4, within });
  route(app, contract.listFiles, ({ principal, query }) => listFiles(deps, principal.userId, query));
  route(app, contract.getFile, ({ principal, params }) => getFile(deps, principal.userId, params.id));
  route(app, contract.searchFiles, ({ principal, query }) =>
    searches(principal.userId, () => searchFiles(deps, principal.userId, query)),
  );
  route(app, contract.listTrash, ({ principal, query }) => listTrash(deps, principal.userId, query));
  route(app, contract.listTrashedFolder, ({ principal, params, query }) =>
    listTrashedFolder(deps, principal.userId, params.id, query),
  );
  route(app, contract.getFolderTotals, ({ principal, params }) =>
    totals(principal.userId, () => folderTotals(deps, principal.userId, params.id)),
  );
  route(app, contract.getTrashTotals, ({ principal, query }) =>
    totals(principal.userId, () => trashTotals(deps, principal.userId, query.spaceId)),
  );

  route(app, contract.createFolder, ({ principal, body, request }) =>
    createFolder(deps, originOf(request), { ...body, userId: principal.userId, parentId: body.parentId ?? null }),
  );
  route(app, contract.updateFile, ({ principal, params, body, request }) => {
    const wanted = { ...body, userId: principal.userId, fileId: params.id, ifMatch: request.headers["if-match"] };
    const update = () => updateFile(deps, originOf(request), wanted);
    return body.parentId === undefined ? update() : moves(principal.userId, update);
  });
  route(app, contract.checkMove, ({ principal, params, body }) =>
    moves(principal.userId, () => checkMove(deps, { ...body, userId: principal.userId, fileId: params.id })),
  );
  route(app, contract.deleteFile, ({ principal, params, query, request }) =>
    (query.permanent ? purgeFile : trashFile)(
      deps,
      originOf(request),
      principal.userId,
      params.id,
      request.headers["if-match"],
    ),
  );
  route(app, contract.copyFile, ({ principal, params, body, request }) =>
    copies(principal.userId, () =>
      copyFile(deps, originOf(request), { ...body, userId: principal.userId, fileId: params.id }),
    ),
  );
  route(app, contract.listCopies, async ({ principal }) => ({ items: await listCopies(deps, principal.userId) }));
  route(app, contract.getCopy, ({ principal, params }) => getCopy(deps, principal.userId, params.id));
  route(app, contract.cancelCopy, ({ principal, params }) => cancelCopy(deps, principal.userId, params.id));
  route(app, contract.restoreFile, ({ principal, params, body, request }) =>
    restoreFile(deps, originOf(request), { ...body, userId: principal.userId, fileId: params.id }),
  );
  route(app, contract.bulkFiles, async ({ principal, body, request }) => ({
    items: await moves(principal.userId, () => bulkFiles(deps, originOf(request), principal.userId, body)),
  }));
  route(app, contract.emptyTrash, async ({ principal, query, request }) => {
    await emptyTrash(deps, originOf(request), principal.userId, query.spaceId);
  });

  route(app, contract.listVersions, async ({ principal, params }) => ({
    items: await listVersions(deps, principal.userId, params.id),
  }));
  route(app, contract.restoreVersion, ({ principal, params, request }) =>
    restoreVersion(deps, originOf(request), principal.userId, params.id, params.versionId),
  );
  route(app, contract.deleteVersion, ({ principal, params, request }) =>
    deleteVersion(deps, originOf(request), principal.userId, params.id, params.versionId),
  );
  route(app, contract.deleteVersions, ({ principal, params, request }) =>
    deleteVersions(deps, originOf(request), principal.userId, params.id),
  );

  route(app, contract.getContent, (context) => serveContent(deps, context.principal.userId, context));
  route(app, contract.getArchive, (context) => serveArchive(deps, context));
  route(app, contract.headContent, (context) => serveContent(deps, context.principal.userId, context));
}

const maxSelection = 1000;

async function serveArchive(
  deps: FilesDeps,
  { principal, query, request, reply }: Context<typeof contract.getArchive>,
) {
  const ids = [...new Set(query.ids.split(","))];
  if (ids.length > maxSelection || !ids.every(isId)) {
    throw new ProblemError("invalid_request", `query.ids: at most ${maxSelection} file ids, separated by commas.`);
  }
  const files = await accessFiles(deps.db, principal.userId, ids, "see");
  const name = files.length === 1 ? `${files[0]?.name}.zip` : "Holdfast.zip";
  const asked = {
    principalId: principal.userId,
    tops: files,
    client: clientKey(request),
    inPart: asksForPart(request),
  };
  const others = files.filter((file) => file.space_id !== principal.userId).map((file) => file.id);
  deps.transfers.watch({ raw: request.raw, answer: reply.raw }, principal.userId, others, "see");
  const only = files.length === 1 ? (files[0]?.id ?? null) : null;
  const onSent = noteSent(deps.accessLog, request, {
    ...{ action: "file.archive", targetId: only, targetName: name },
    ...(only === null ? { detail: { files: files.length } } : {}),
  });
  await withArchive(deps, asked, (archive) => sendArchive(deps, { request, reply, archive, name, onSent }));
  return answered;
}

async function serveContent(
  deps: FilesDeps,
  userId: string,
  {
    params,
    query,
    request,
    reply,
  }: Pick<Context<typeof contract.getContent>, "params" | "query" | "request" | "reply">,
): Promise<Answered> {
  const content = await accessContent(deps, userId, params.id, query.version);
  if (content.spaceId !== userId)
    deps.transfers.watch({ raw: request.raw, answer: reply.raw }, userId, [params.id], "see");
  const onSent = noteSent(deps.accessLog, request, {
    action: query.disposition === "inline" ? "file.preview" : "file.download",
    ...{ targetId: params.id, targetName: content.name },
    ...(query.version === undefined ? {} : { kind: query.version, detail: { versionId: query.version } }),
  });
  await sendContent(deps, { request, reply, content, disposition: query.disposition, onSent });
  return answered;
}
