export { endSessionsRoutes } from "./suspicious/end-sessions.routes.ts";
export { rewindRoutes } from "./suspicious/rewind.routes.ts";
export { watchForSuspicious } from "./suspicious/suspicious.ts";
