"use client";

import { shownWhenUsed } from "../loading/when-used";

/** The buttons at the end of a form in a dialog: in sight however long the form is. */
export const dialogButtons =
  "-mx-5 -bottom-5 -mb-5 sticky flex flex-wrap justify-end gap-2 border-t bg-raised px-5 pt-3.5 pb-[max(0.875rem,env(safe-area-inset-bottom))] sm:rounded-b-2xl";

/** A modal dialog; its code comes with the first one that opens. */
export const Dialog = shownWhenUsed(
  () => import("./dialog-frame").then((module) => module.DialogFrame),
  ({ open }) => open,
);
