import { z } from "zod";
import { uuid } from "../base/common.ts";
import { bytes, operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

export const exportAccount = operation({
  id: "exportAccount",
  method: "GET",
  path: "/api/v1/me/export",
  tag: "users",
  summary:
    "All that is known of me, as one JSON document: profile, sessions, sign-ins, tokens, links, and the list of files",
  access: "signed-in",
  status: 200,
  result: bytes,
  media: "application/json",
  errors: [],
});

export const deleteMe = operation({
  id: "deleteMe",
  method: "POST",
  path: "/api/v1/me/delete",
  tag: "users",
  summary:
    "Delete my account with everything in it, or after my files were given to others; every session ends at once",
  access: "signed-in",
  body: z.object({
    password: text().min(1).max(1024),
    transferTo: uuid.optional().meta({
      description:
        "A folder of a team, or of somebody who shares it with me, that I may add to: my files, at most 10,000 of them, go into a new folder there first",
    }),
  }),
  status: 204,
  result: null,
  errors: [
    "invalid_credentials",
    "last_admin",
    "last_manager",
    "busy",
    "too_large",
    "not_found",
    "forbidden",
    "not_a_folder",
    "invalid_move",
    "quota_exceeded",
    "too_many_entries",
    "disk_full",
    "recent_proof_required",
    "rate_limited",
  ],
});
