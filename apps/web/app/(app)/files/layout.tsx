import type { ReactNode } from "react";
import { EarlyRequests } from "@/components/loading/early-requests";
import { FirstStepsLater } from "@/features/admin/first-steps-later";
import { FilesScreen } from "./files-screen";

/** The screen is in the layout, so that it stays from folder to folder; the pages only make the addresses exist. */
export default function FilesLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <EarlyRequests folder />
      <FilesScreen />
      <FirstStepsLater whileEmpty />
      {children}
    </>
  );
}
