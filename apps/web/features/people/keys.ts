/** Keys of what TanStack Query holds of people: all of them begin with "people", so that one event can invalidate them. */
export const peopleKeys = {
  all: ["people"] as const,
  teams: ["people", "teams"] as const,
  allTeams: (q: string) => ["people", "teams", "all", q] as const,
  team: (id: string) => ["people", "team", id] as const,
  members: (id: string) => ["people", "members", id] as const,
  groups: (q: string) => ["people", "groups", q] as const,
  groupMembers: (id: string) => ["people", "group-members", id] as const,
  access: (fileId: string) => ["people", "access", fileId] as const,
  shared: (hidden: boolean) => ["people", "shared", hidden] as const,
  directory: (q: string) => ["people", "directory", q] as const,
};
