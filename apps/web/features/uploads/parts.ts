/* All of the uploads that a page needs only once somebody is there, in one file of its own. */

export { UploadEngine } from "./engine";
export { ConflictDialog } from "./tray/conflict-dialog";
export { UploadTray } from "./tray/tray";
