import { shownWhenUsed } from "@/components/loading/when-used";

/* What the files page shows only when it is asked for. */

export const DetailsDialog = shownWhenUsed(
  () => import("./details").then((module) => module.DetailsDialog),
  ({ file }) => file !== null,
);

export const MoveDialog = shownWhenUsed(
  () => import("../move/move-dialog").then((module) => module.MoveDialog),
  ({ request }) => request !== null,
);

export const NameDialog = shownWhenUsed(
  () => import("./name-dialog").then((module) => module.NameDialog),
  ({ open }) => open,
);

export const ShortcutsDialog = shownWhenUsed(
  () => import("./shortcuts-dialog").then((module) => module.ShortcutsDialog),
  ({ open }) => open,
);
