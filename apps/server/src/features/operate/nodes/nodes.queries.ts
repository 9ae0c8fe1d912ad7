import { statement } from "../../../platform/database/statement.ts";

export const findVersion = statement<[], { version: string }>("select current_setting('server_version') as version", {
  notNull: ["version"],
});
