"use client";

import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import { shownWhenUsed } from "../loading/when-used";

export type Question = { title: string; body: string; action: string; danger?: boolean };

const ConfirmDialog = shownWhenUsed(
  () => import("./confirm-dialog").then((module) => module.ConfirmDialog),
  ({ open }) => open,
);

const Context = createContext<(question: Question) => Promise<boolean>>(async () => false);

/** `await confirm({...})` asks before what cannot be undone; false when dismissed. */
export const useConfirm = () => useContext(Context);

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question>();
  const [open, setOpen] = useState(false);
  const answer = useRef<(yes: boolean) => void>(() => {});
  const ask = useCallback((next: Question) => {
    setQuestion(next);
    setOpen(true);
    return new Promise<boolean>((resolve) => {
      answer.current = resolve;
    });
  }, []);
  const close = (yes: boolean) => {
    setOpen(false);
    answer.current(yes);
  };
  return (
    <Context.Provider value={ask}>
      {children}
      <ConfirmDialog question={question} open={open} onAnswer={close} />
    </Context.Provider>
  );
}
