/* All of the uploads that a page needs only once somebody is there, in one file of its own. */
export { ConflictDialog } from "./conflict-dialog";
export { UploadEngine } from "./engine";
export { UploadTray } from "./tray";
