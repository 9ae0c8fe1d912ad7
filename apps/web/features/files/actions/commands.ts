import type { File } from "@holdfast/contract";

/** What can be done with files, by menu, keys and selection bar alike. */
export type FileCommands = {
  open: (file: File) => void;
  download: (files: readonly File[]) => void;
  share: (file: File) => void;
  rename: (file: File) => void;
  move: (files: readonly File[]) => void;
  copy: (files: readonly File[]) => void;
  details: (file: File) => void;
  trash: (files: readonly File[]) => void;
};

/** To move or to copy files, as soon as it is known where. */
export type MoveRequest = { mode: "move" | "copy"; files: readonly File[] };
