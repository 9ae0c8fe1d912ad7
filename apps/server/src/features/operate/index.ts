export { rewindRoutes } from "./suspicious/rewind.routes.ts";
