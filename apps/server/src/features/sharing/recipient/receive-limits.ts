import { humanBytes } from "../../../platform/http/human-bytes.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { SharingDeps } from "../sharing.deps.ts";
import { uploadLimits, uploadsLeft } from "../upload-limits.ts";
import type { LinkRow } from "./open.queries.ts";
import * as queries from "./receive.queries.ts";

/** A body of unknown length takes so much of the link's limit at a time, so that the link's row is not written with each chunk. */
const stepBytes = 16 * 1024 * 1024;

/** What a file on its way to a link has taken of the link's limits. */
export interface Receiving {
  readonly maxFileSize: number;
  /** For a body of unknown length: asked with how many bytes it has by now, answers how many it may have before it is asked again. */
  mayTake(bytes: number): Promise<number>;
  /** The file is stored, and this large. */
  stored(bytes: number): Promise<void>;
  /** There is no file. Never throws. */
  givenUp(): Promise<void>;
}

/**
 * Takes one file of so many bytes of what a link may be sent, before its first byte: many at once are counted exactly. A process that is
 * killed leaves what was on its way counted.
 * @param announced null: nobody knows
 * @throws ProblemError share_full, too_large
 */
export async function beginReceiving(deps: SharingDeps, link: LinkRow, announced: number | null): Promise<Receiving> {
  const limits = uploadLimits(link, deps.uploadDefaults);
  const { maxFiles, maxBytes } = deps.uploadDefaults;
  const take = async (files: number, bytes: number): Promise<boolean> =>
    (await queries.receive.first(deps.db, link.id, files, bytes, maxFiles, maxBytes)) !== undefined;
  if (announced !== null && announced > limits.maxFileSize) {
    throw new ProblemError("too_large", `The largest file that this link takes is ${humanBytes(limits.maxFileSize)}.`);
  }
  let taken = announced ?? 0;
  if (!(await take(1, taken))) throw full(deps, link, announced);
  const giveBack = (files: number, bytes: number) =>
    queries.giveBack.count(deps.db, link.id, files, bytes).catch((error: unknown) => {
      deps.log.warn({ err: error, linkId: link.id }, "sharing: what a link was not sent stays counted");
    });
  return {
    maxFileSize: limits.maxFileSize,
    async mayTake(bytes) {
      const wanted = bytes - taken;
      if (wanted <= 0) return taken;
      if (await take(0, wanted + stepBytes)) taken += wanted + stepBytes;
      else if (await take(0, wanted)) taken += wanted;
      else throw full(deps, link, null);
      return taken;
    },
    async stored(bytes) {
      if (bytes < taken) await giveBack(0, taken - bytes);
    },
    async givenUp() {
      await giveBack(1, taken);
    },
  };
}

function full(deps: SharingDeps, link: LinkRow, announced: number | null): ProblemError {
  const { filesLeft, bytesLeft } = uploadsLeft(link, deps.uploadDefaults);
  const { maxFiles, maxBytes } = uploadLimits(link, deps.uploadDefaults);
  const limit = maxFiles === 1 ? "one file" : `${maxFiles} files`;
  const size =
    announced !== null && filesLeft > 0
      ? ` This file has ${humanBytes(announced)}, and ${humanBytes(bytesLeft)} are left.`
      : "";
  return new ProblemError(
    "share_full",
    `This link takes ${limit} and ${humanBytes(maxBytes)} in all.${size} Ask the sender of the link for more room.`,
  );
}
