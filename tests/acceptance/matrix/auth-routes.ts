/** Who may ask the Auth service's own routes (`/auth/v1`). A route that is in no list is refused, so that a new one has to be added. */
export const authRoutes: readonly { who: "anybody" | "signed-in" | "service"; routes: readonly string[] }[] = [
  {
    who: "anybody",
    routes: [
      ...["GET /health", "GET /settings", "GET /.well-known/jwks.json", "GET /.well-known/openid-configuration"],
      ...["POST /signup", "POST /token", "POST /recover", "POST /otp", "POST /magiclink", "POST /resend"],
      ...["GET /verify", "POST /verify", "GET /authorize", "GET /callback", "POST /callback"],
      ...["POST /passkeys/authentication/options", "POST /passkeys/authentication/verify"],
    ],
  },
  {
    who: "signed-in",
    routes: [
      ...["GET /user", "PUT /user", "POST /logout", "GET /reauthenticate", "POST /factors"],
      ...["POST /factors/:factorId/challenge", "POST /factors/:factorId/verify", "DELETE /factors/:factorId"],
      ...["GET /user/identities/authorize", "DELETE /user/identities/:identityId"],
      ...["GET /passkeys", "PATCH /passkeys/:passkeyId", "DELETE /passkeys/:passkeyId"],
      ...["POST /passkeys/registration/options", "POST /passkeys/registration/verify"],
    ],
  },
  {
    who: "service",
    routes: [
      ...["GET /admin/users", "POST /admin/users", "GET /admin/users/:userId", "PUT /admin/users/:userId"],
      ...["DELETE /admin/users/:userId", "GET /admin/audit", "GET /admin/users/:userId/factors"],
      ...["PUT /admin/users/:userId/factors/:factorId", "DELETE /admin/users/:userId/factors/:factorId"],
      ...["GET /admin/users/:userId/passkeys", "DELETE /admin/users/:userId/passkeys/:passkeyId"],
      ...["POST /invite", "POST /admin/generate_link"],
    ],
  },
];
