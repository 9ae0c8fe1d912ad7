export { type AccessRow, type FileRow, fileColumns } from "./access.queries.ts";
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
export { childSeen, grantCounts, holdsRestricted, judge, maySee, roleAllows, roleMay, roleSees } from "./intents.ts";
export { mayEach, spacesSeenBy } from "./judge-many.ts";
export { type Transfers, watchTransfers } from "./transfers.ts";
