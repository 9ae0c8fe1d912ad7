import { shownWhenUsed } from "@/components/loading/when-used";

export const ShareDialog = shownWhenUsed(
  () => import("./share-dialog").then((module) => module.ShareDialog),
  ({ file }) => file !== null,
);
