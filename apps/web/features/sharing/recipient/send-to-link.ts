import { putPublicContent } from "@holdfast/contract/client";
import { putFile } from "@/features/uploads/transfer/put";
import { urlOf } from "@/lib/api";
import type { SendToLink } from "./link-uploads";

/** Sends files to the link of this token. */
export function sendToLink(token: string): SendToLink {
  return async ({ file, said }, onProgress) => {
    const query = {
      name: file.name,
      senderName: said.senderName || undefined,
      senderMessage: said.senderMessage || undefined,
    };
    await putFile(urlOf(putPublicContent, { params: { token }, query }), file, onProgress).done;
  };
}
