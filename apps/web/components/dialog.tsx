"use client";

import { shownWhenUsed } from "./when-used";

/** A modal dialog; its code comes with the first one that opens. */
export const Dialog = shownWhenUsed(
  () => import("./dialog-frame").then((module) => module.DialogFrame),
  ({ open }) => open,
);
