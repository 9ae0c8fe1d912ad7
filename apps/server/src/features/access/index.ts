export { type FileRow, fileColumns } from "./access.queries.ts";
export { accessFile, accessFolder, liveFolder } from "./file-access.ts";
