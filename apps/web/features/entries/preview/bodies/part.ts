import type { Previewable } from "../../kind/previewable";

/** What every kind of preview is given; `onStep` goes to the file before (-1) or after (1). */
export type PartProps = {
  file: Previewable;
  url: string;
  downloadUrl: string;
  onStep?: (by: -1 | 1) => void;
};

/** "AVI" of "clip.avi"; the whole name where there is no ending. */
export function endingOf(name: string): string {
  return /\.([^.]{1,12})$/.exec(name)?.[1]?.toUpperCase() ?? name;
}
