import { expect, test } from "vitest";
import { withoutPaths } from "./without-paths.ts";

test.each([
  [
    "The file system does not allow to use the folder /mnt/disk (EACCES). Give Holdfast the right to use it, then try again.",
    "The file system does not allow to use the folder of the target (EACCES). Give Holdfast the right to use it, then try again.",
  ],
  [
    "A file is where a folder should be: could not use the folder /mnt/my disk/a. Look at the store.",
    "A file is where a folder should be: could not use the folder of the target. Look at the store.",
  ],
  [
    'The repository of the target "Attic" was made with another password than the one in /srv/h/keys/backup-password: put the right one back.',
    'The repository of the target "Attic" was made with another password than the one in a place on the server: put the right one back.',
  ],
  [
    "Could not reach s3:https://s3.example.org/bucket/prefix: no answer.",
    "Could not reach a place on the server: no answer.",
  ],
  ["Could not use C:\\backups\\one. Try again.", "Could not use a place on the server. Try again."],
])("%s", (sentence, shown) => {
  expect(withoutPaths(sentence, "/mnt/my disk/a")).toBe(shown);
});

test("a person's own names stay", () => {
  for (const own of [
    '"photos/2026/a.jpg" cannot be read. Upload the file again or delete it.',
    '"/odd" is longer than 3/4 of it and/or damaged.',
    "12 of 40 files. It is tried again.",
  ]) {
    expect(withoutPaths(own, "/mnt/my disk/a")).toBe(own);
  }
});
