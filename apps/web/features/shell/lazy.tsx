import { shownWhenUsed } from "@/components/loading/when-used";

/** Who is no administrator never needs it, and on a page of administrators it is at hand. */
export const AdminNavigation = shownWhenUsed(
  () => import("./admin-navigation").then((module) => module.AdminNavigation),
  ({ shown }) => shown,
);

export const Palette = shownWhenUsed(
  () => import("./palette").then((module) => module.Palette),
  ({ open }) => open,
);
