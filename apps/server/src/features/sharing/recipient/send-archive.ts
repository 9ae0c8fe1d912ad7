import { sendArchive } from "../../content/index.ts";
import { archiveEntries } from "../../files/index.ts";
import type { SharingDeps } from "../sharing.deps.ts";
import { cacheControlOf, type SharedRequest, withGrant } from "./send-shared.ts";

/** Sends a shared file or folder with all that is inside as one ZIP. Throws share_exhausted, too_large, range_not_satisfiable. */
export async function sendSharedArchive(deps: SharingDeps, shared: SharedRequest): Promise<void> {
  const { request, reply, link, item } = shared;
  await withGrant(deps, shared, { inline: false, archive: true }, async (hooks) => {
    const entries = await archiveEntries(deps, link.user_id, [item.id]);
    const name = `${item.name}.zip`;
    await sendArchive(deps, { request, reply, entries, name, cacheControl: cacheControlOf(link, deps.cdn), ...hooks });
  });
}
