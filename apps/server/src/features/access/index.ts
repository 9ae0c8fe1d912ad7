export { accessFile, accessFolder, type FileRow } from "./file-access.ts";
