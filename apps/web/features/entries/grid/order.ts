export type SortBy = "name" | "size" | "modified";
export type Order = "asc" | "desc";
