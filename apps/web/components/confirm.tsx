"use client";

import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import { Button } from "./button";

type Question = { title: string; body: string; action: string; danger?: boolean };

const Context = createContext<(question: Question) => Promise<boolean>>(async () => false);

/** `await confirm({...})` asks before what cannot be undone; false when dismissed. */
export const useConfirm = () => useContext(Context);

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const t = useTranslations("common");
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
      <AlertDialog.Root open={open} onOpenChange={(next) => !next && close(false)}>
        <AlertDialog.Portal>
          <AlertDialog.Backdrop className="fade fixed inset-0 z-[60] bg-scrim" />
          <AlertDialog.Viewport className="fixed inset-0 z-[60] grid place-items-center p-5">
            <AlertDialog.Popup className="pop w-full max-w-sm rounded-2xl bg-raised p-5 shadow-float outline-none">
              <AlertDialog.Title className="font-semibold text-base">{question?.title}</AlertDialog.Title>
              <AlertDialog.Description className="mt-1.5 text-ink-muted">{question?.body}</AlertDialog.Description>
              <div className="mt-5 flex justify-end gap-2">
                <Button variant="ghost" onClick={() => close(false)}>
                  {t("cancel")}
                </Button>
                <Button variant={question?.danger ? "danger" : "primary"} onClick={() => close(true)}>
                  {question?.action}
                </Button>
              </div>
            </AlertDialog.Popup>
          </AlertDialog.Viewport>
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </Context.Provider>
  );
}
