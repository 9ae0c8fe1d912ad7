export { accessFile, accessFolder, type FileRow, type Intent } from "./file-access.ts";
