import { z } from "zod";
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
  summary: "Delete my account with everything in it; every session ends at once",
  access: "signed-in",
  body: z.object({ password: text().min(1).max(1024) }),
  status: 204,
  result: null,
  errors: ["invalid_credentials", "last_admin", "recent_proof_required", "rate_limited"],
});
