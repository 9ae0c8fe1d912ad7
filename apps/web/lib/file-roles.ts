import type { File, FileRole } from "@holdfast/contract";

/** What the pages offer by role; the server decides. */
export type Offered = "see" | "add" | "change" | "share";

const roles: Record<Offered, readonly FileRole[]> = {
  see: ["viewer", "contributor", "editor", "manager"],
  add: ["uploader", "contributor", "editor", "manager"],
  change: ["editor", "manager"],
  share: ["manager"],
};

/** Without a role it is not known yet, or one's own. */
export function roleOffers(role: FileRole | undefined, what: Offered): boolean {
  return role === undefined || roles[what].includes(role);
}

export function allOffer(files: readonly Pick<File, "role">[], what: Offered): boolean {
  return files.every((file) => roleOffers(file.role, what));
}
