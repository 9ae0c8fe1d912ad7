"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { stemLength } from "@/lib/format";

type RenameInputProps = { name: string; folder: boolean; onDone: (name: string | null) => void };

/** The name as an input with its stem selected; Enter or leaving keeps it, Escape does not. */
export function RenameInput({ name, folder, onDone }: RenameInputProps) {
  const t = useTranslations("files");
  const input = useRef<HTMLInputElement>(null);
  const finished = useRef(false);
  const began = useRef(0);
  useEffect(() => {
    began.current = Date.now();
    input.current?.focus();
    input.current?.setSelectionRange(0, folder ? name.length : stemLength(name));
  }, [name, folder]);
  const finish = (result: string | null) => {
    if (finished.current) return;
    finished.current = true;
    onDone(result);
  };
  return (
    <input
      ref={input}
      aria-label={t("newName")}
      defaultValue={name}
      spellCheck={false}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onPointerDown={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") finish(event.currentTarget.value);
        if (event.key === "Escape") finish(null);
      }}
      onBlur={(event) => {
        // The menu that began this gives its focus back when it has closed; that is not the person leaving.
        if (finished.current) return;
        if (Date.now() - began.current < 400) event.currentTarget.focus();
        else finish(event.currentTarget.value);
      }}
      className="mr-4 h-8 w-full min-w-0 rounded-md border border-accent bg-surface px-2 text-sm outline-none ring-3 ring-accent/25"
    />
  );
}
