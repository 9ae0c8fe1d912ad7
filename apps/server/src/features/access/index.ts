export { type AccessRow, type FileRow, fileColumns, type Role } from "./access.queries.ts";
export {
  access,
  accessFile,
  accessFiles,
  accessFolder,
  accessSeen,
  checkWhole,
  type Folder,
  liveFolder,
} from "./file-access.ts";
export { childSeen, holdsRestricted, judge, maySee, roleAllows, roleMay, roleSees } from "./intents.ts";
export { mayEach, spacesSeenBy } from "./judge-many.ts";
export { type Transfers, watchTransfers } from "./transfers.ts";
