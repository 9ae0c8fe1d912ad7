import { statement } from "../../../platform/database/statement.ts";

export const deleteSetting = statement<[key: string]>("delete from holdfast.settings where key = $1");

export const listUnhashed = statement<[], { id: string }>("select id from holdfast.contents where sha256 is null");
