/** Keys of everything that TanStack Query holds, in one place so that events and changes can invalidate them. */
export const keys = {
  session: ["session"] as const,
  settings: ["settings"] as const,
  adminSettings: ["admin-settings"] as const,
  file: (id: string) => ["file", id] as const,
  /** What a folder holds, or the trash. */
  totals: (id: string) => ["folders", "totals", id] as const,
  /** Copies of large folders. */
  copies: ["copies"] as const,
  versions: (id: string) => ["versions", id] as const,
  shares: (fileId?: string) => (fileId ? (["shares", fileId] as const) : (["shares"] as const)),
  sharesFound: (state: string, q: string) => ["shares", "found", state, q] as const,
  accesses: (shareId: string) => ["accesses", shareId] as const,
  trash: ["trash"] as const,
  trashTotals: ["trash", "totals"] as const,
  trashIn: (folderId: string | null, ...view: string[]) => ["trash", folderId ?? "top", ...view] as const,
  uploads: ["uploads"] as const,
  search: (q: string) => ["search", q] as const,
  folders: (parentId: string | null) => ["folders", parentId ?? "root"] as const,
  sessions: ["sessions"] as const,
  logins: ["logins"] as const,
  factors: ["factors"] as const,
  passkeys: ["passkeys"] as const,
  tokens: ["tokens"] as const,
  invitations: ["invitations"] as const,
  users: (q: string) => ["users", q] as const,
  /** Everything about backups, restores, schedules and targets. */
  backups: ["backups"] as const,
  health: ["health"] as const,
  logs: (...asked: string[]) => ["logs", ...asked] as const,
  database: ["database"] as const,
  nodes: ["nodes"] as const,
  updates: ["updates"] as const,
  maintenance: ["maintenance"] as const,
  /** Alerts, their rules and channels. */
  alerts: ["admin-alerts"] as const,
  jobs: (state: string) => ["jobs", state] as const,
};
