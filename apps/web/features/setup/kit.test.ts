import { expect, test } from "vitest";
import { readKit } from "./kit";

const kit = (places: string) => `HOLDFAST RECOVERY KIT
Made 2026-11-22T18:00:00.000Z

PASSWORD OF THE BACKUPS
  a1b2-c3d4-e5f6-g7h8
  (on the server: /srv/holdfast/keys/backup-password)

WHERE THE BACKUPS ARE
${places}
  A backup on the server's own disk does not survive that disk: keep a copy elsewhere.

RESTORE WITH HOLDFAST
  1. Install Holdfast.
`;

test("reads the password and every place, whatever the targets are called", () => {
  const places = [
    "  This server (default): /srv/holdfast/backups/default",
    "    Proven: the password above opens it.",
    "  Attic: the blue disk: /mnt/blue disk",
    "  Bucket: s3:https://s3.example.org/bucket/prefix",
  ];
  expect(readKit(kit(places.join("\n")))).toEqual({
    password: "a1b2-c3d4-e5f6-g7h8",
    places: ["/srv/holdfast/backups/default", "/mnt/blue disk", "s3:https://s3.example.org/bucket/prefix"],
  });
});

test("reads one that an editor of another system has saved", () => {
  const text = kit("  Disk: C:\\backups").replaceAll("\n", "\r\n");
  expect(readKit(text)).toEqual({ password: "a1b2-c3d4-e5f6-g7h8", places: ["C:\\backups"] });
});

test("is not taken in by other files", () => {
  expect(readKit("some other text")).toBeNull();
  expect(readKit("PASSWORD OF THE BACKUPS")).toBeNull();
});
