export { accessLogRoutes } from "./access-log/access-log.routes.ts";
