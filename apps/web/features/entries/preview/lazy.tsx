import { shownWhenUsed } from "@/components/loading/when-used";

/** The preview, whose code comes when the first one is opened. */
export const Preview = shownWhenUsed(
  () => import("./preview").then((module) => module.Preview),
  ({ file }) => file !== null,
);
