export { type FileRow, fileColumns } from "./access.queries.ts";
export { accessFile, accessFiles, accessFolder, type Folder, liveFolder } from "./file-access.ts";
export { maySee, roleAllows, roleMay, roleSees } from "./intents.ts";
