"use client";

import { useTranslations } from "next-intl";
import { useEffect, useId, useRef } from "react";
import { stemLength } from "@/lib/format";
import type { Renaming } from "./use-renaming";

type RenameInputProps = { name: string; folder: boolean; renaming: Renaming; onDone: (name: string | null) => void };

/** The name as an input with its stem selected; Enter or leaving keeps it, Escape does not. What is refused stays, with the reason. */
export function RenameInput({ name, folder, renaming, onDone }: RenameInputProps) {
  const t = useTranslations("files");
  const { typed = name, problem, busy } = renaming;
  const input = useRef<HTMLInputElement>(null);
  const reason = useRef<HTMLParagraphElement>(null);
  const reasonId = useId();
  const finished = useRef(false);
  const began = useRef(0);
  useEffect(() => {
    began.current = Date.now();
    finished.current = false;
    const field = input.current;
    field?.focus();
    field?.setSelectionRange(0, folder ? field.value.length : stemLength(field.value));
    if (problem) reason.current?.scrollIntoView({ block: "nearest" });
  }, [folder, problem]);
  const finish = (result: string | null) => {
    if (finished.current) return;
    finished.current = true;
    onDone(result);
  };
  return (
    <div className="relative min-w-0 flex-1">
      <input
        ref={input}
        aria-label={t("newName")}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? reasonId : undefined}
        aria-busy={busy || undefined}
        readOnly={busy}
        defaultValue={typed}
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
          // Who leaves what was refused as it is has given it up.
          else finish(problem && event.currentTarget.value === typed ? null : event.currentTarget.value);
        }}
        className="h-8 w-full min-w-0 rounded-md border border-accent bg-surface px-2 text-sm outline-none ring-3 ring-accent/25 aria-invalid:border-danger aria-invalid:ring-danger/25"
      />
      {problem && (
        <p
          ref={reason}
          id={reasonId}
          role="alert"
          className="absolute top-full left-0 z-10 mt-1 w-max max-w-[min(24rem,calc(100vw-6rem))] whitespace-normal rounded-md bg-danger-soft px-2.5 py-1.5 text-danger text-sm shadow-float"
        >
          {problem}
        </p>
      )}
    </div>
  );
}
