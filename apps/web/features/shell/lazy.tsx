import { shownWhenUsed } from "@/components/when-used";

export const Palette = shownWhenUsed(
  () => import("./palette").then((module) => module.Palette),
  ({ open }) => open,
);
