"use client";

import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useTranslations } from "next-intl";
import { Button } from "../button/button";
import type { Question } from "./confirm";

type ConfirmDialogProps = { question: Question | undefined; open: boolean; onAnswer: (yes: boolean) => void };

export function ConfirmDialog({ question, open, onAnswer }: ConfirmDialogProps) {
  const t = useTranslations("common");
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onAnswer(false)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fade fixed inset-0 z-[60] bg-scrim" />
        <AlertDialog.Viewport className="fixed inset-0 z-[60] grid place-items-center p-5">
          <AlertDialog.Popup className="pop w-full max-w-sm rounded-2xl bg-raised p-5 shadow-float outline-none">
            <AlertDialog.Title className="font-semibold text-base">{question?.title}</AlertDialog.Title>
            <AlertDialog.Description className="mt-1.5 text-ink-muted">{question?.body}</AlertDialog.Description>
            <div className="mt-5 flex justify-end gap-2">
              <Button variant="ghost" onClick={() => onAnswer(false)}>
                {t("cancel")}
              </Button>
              <Button variant={question?.danger ? "danger" : "primary"} onClick={() => onAnswer(true)}>
                {question?.action}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
