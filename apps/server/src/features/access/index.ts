export { type FileRow, fileColumns } from "./access.queries.ts";
export { accessFile, accessFiles, accessFolder, checkWhole, type Folder, liveFolder } from "./file-access.ts";
export { childSeen, holdsRestricted, maySee, roleAllows, roleMay, roleSees } from "./intents.ts";
