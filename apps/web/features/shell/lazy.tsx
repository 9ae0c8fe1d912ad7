import { shownWhenUsed } from "@/components/loading/when-used";

export const Palette = shownWhenUsed(
  () => import("./palette").then((module) => module.Palette),
  ({ open }) => open,
);
