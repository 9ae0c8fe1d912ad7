"use client";

import { useEffect, useRef, useState } from "react";
import { shownWhenUsed } from "@/components/loading/when-used";
import { setProofAsker } from "@/lib/proof";

const ProofDialog = shownWhenUsed(
  () => import("./proof-dialog").then((module) => module.ProofDialog),
  ({ open }) => open,
);

/** Asks "Is it you?" whenever the server does, and lets the request that was refused be sent again. */
export function ProofAsker() {
  const [open, setOpen] = useState(false);
  const answer = useRef<(proved: boolean) => void>(() => {});
  useEffect(
    () =>
      setProofAsker(() => {
        setOpen(true);
        return new Promise<boolean>((resolve) => {
          answer.current = resolve;
        });
      }),
    [],
  );
  const close = (proved: boolean) => {
    setOpen(false);
    answer.current(proved);
  };
  return <ProofDialog open={open} onAnswer={close} />;
}
