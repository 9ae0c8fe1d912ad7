import { z } from "zod";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

const tag = "auth";

export const listOidcProviders = operation({
  id: "listOidcProviders",
  method: "GET",
  path: "/api/v1/auth/oidc",
  tag,
  summary: "Other services that people can sign in with here",
  access: "public",
  status: 200,
  result: z.object({
    items: z.array(z.object({ id: z.string(), name: z.string(), startUrl: z.string() })),
  }),
  errors: [],
});

export const startOidc = operation({
  id: "startOidc",
  method: "GET",
  path: "/api/v1/auth/oidc/{provider}/start",
  tag,
  summary: "Send the browser to such a service; it comes back signed in, or to the sign-in page with a problem",
  access: "public",
  params: z.object({ provider: text().min(1).max(100) }),
  query: z.object({
    next: text().max(2000).optional(),
    takeAddress: z.enum(["true"]).optional().meta({
      description:
        "after account_not_linked: make a new account, and take the address from the one that nobody proved it for",
    }),
  }),
  status: 302,
  sends: { location: "the service" },
  result: null,
  errors: ["not_found"],
});

export const linkOidc = operation({
  id: "linkOidc",
  method: "POST",
  path: "/api/v1/auth/oidc/link",
  tag,
  summary: "Link my account to such a service, so that I can sign in with it: the address to send this browser to",
  access: "signed-in",
  recentProof: true,
  body: z.object({ provider: text().min(1).max(100), next: text().max(2000).optional() }),
  status: 200,
  result: z.object({ url: z.string() }),
  errors: ["not_found", "recent_proof_required", "invalid_request"],
});

export const finishOidc = operation({
  id: "finishOidc",
  method: "GET",
  path: "/api/v1/auth/oidc/callback",
  tag,
  summary: "Where the browser comes back to",
  access: "public",
  query: z.object({ code: text().max(500).optional(), error_code: text().max(200).optional() }),
  status: 303,
  sends: { location: "a page of this server" },
  result: null,
  errors: [],
});
