"use client";

import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { Dialog } from "@/components/overlay/dialog";
import { problemOf } from "@/lib/api";

type NameDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onName: (name: string) => Promise<unknown>;
};

/** Asks for a new folder's name; stays open with the reason when the server refuses it. */
export function NameDialog({ open, onOpenChange, onName }: NameDialogProps) {
  const t = useTranslations("files");
  const common = useTranslations("common");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const submit = async () => {
    const name = input.current?.value.trim() ?? "";
    if (!name) return setError(t("nameNeeded"));
    setBusy(true);
    setError("");
    try {
      await onName(name);
      onOpenChange(false);
    } catch (problem) {
      setError(problemOf(problem).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("newFolder")}
      initialFocus={input}
      className="sm:max-w-sm"
      footer={
        <>
          <Button variant="ghost" onClick={() => onOpenChange(false)}>
            {common("cancel")}
          </Button>
          <Button variant="primary" busy={busy} onClick={submit}>
            {t("create")}
          </Button>
        </>
      }
    >
      <Field
        ref={input}
        label={t("folderName")}
        error={error || undefined}
        autoComplete="off"
        maxLength={255}
        onKeyDown={(event) => event.key === "Enter" && void submit()}
        onChange={() => setError("")}
      />
    </Dialog>
  );
}
