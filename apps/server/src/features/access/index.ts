export { accessFile, accessFolder, type FileRow, liveFolder } from "./file-access.ts";
