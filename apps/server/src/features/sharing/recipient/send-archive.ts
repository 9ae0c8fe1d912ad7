import { asksForPart, sendArchive } from "../../content/index.ts";
import { withArchive } from "../../files/index.ts";
import type { SharingDeps } from "../sharing.deps.ts";
import { cacheControlOf, type SharedRequest, withGrant } from "./send-shared.ts";

/** Sends a shared file or folder with all that is inside as one ZIP. Throws share_exhausted, too_large, range_not_satisfiable. */
export async function sendSharedArchive(deps: SharingDeps, shared: SharedRequest): Promise<void> {
  const { request, reply, link, item } = shared;
  await withGrant(deps, shared, { inline: false, archive: true }, async (hooks) => {
    const sent = { request, reply, name: `${item.name}.zip`, cacheControl: cacheControlOf(link, deps.cdn), ...hooks };
    const asked = { principalId: link.user_id, tops: [item], client: `link ${link.id}`, inPart: asksForPart(request) };
    await withArchive(deps, asked, (archive) => sendArchive(deps, { ...sent, archive }));
  });
}
