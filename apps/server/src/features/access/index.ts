export { type AccessRow, type FileRow, fileColumns } from "./access.queries.ts";
export { accessFile, accessFiles, accessFolder, accessSeen, type Folder, liveFolder } from "./file-access.ts";
export { maySee, roleAllows, roleMay, roleSees } from "./intents.ts";
