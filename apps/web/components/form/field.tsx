"use client";

import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, type InputEvent, type InvalidEvent, type ReactNode, useId, useState } from "react";
import { cn } from "@/lib/cn";
import { sentenceFor } from "@/lib/field-problems";

export const inputClass =
  "h-10 w-full rounded-lg border border-line-strong/60 bg-surface px-3 text-[0.9375rem] text-ink placeholder:text-ink-muted focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-danger disabled:opacity-60";

type FieldProps = Omit<ComponentProps<"input">, "id"> & {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  /** Has the focus when it appears: where the form is all there is to do, or was asked for. */
  first?: boolean;
};

/**
 * A labelled input; the hint or the error is read out with it. Passwords can be shown. What the browser or the server (`showFieldProblems`) does
 * not take of it is told in words of ours, until it is changed.
 */
export function Field({ label, hint, error, first, className, type = "text", onInput, ...rest }: FieldProps) {
  const id = useId();
  const t = useTranslations("common");
  const words = useTranslations("fields");
  const [shown, setShown] = useState(false);
  const [refused, setRefused] = useState<string>();
  const problem = error ?? refused;
  const note = problem ?? hint;
  const onInvalid = (event: InvalidEvent<HTMLInputElement>) => {
    event.preventDefault();
    setRefused(sentenceFor(event.currentTarget, words));
  };
  const onChanged = (event: InputEvent<HTMLInputElement>) => {
    event.currentTarget.setCustomValidity("");
    setRefused(undefined);
    onInput?.(event);
  };
  return (
    <div className={cn("flex flex-col gap-1.5", className)}>
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <div className="relative">
        <input
          {...rest}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the form is why one is here, and this is where it begins
          autoFocus={first}
          id={id}
          type={type === "password" && shown ? "text" : type}
          onInvalid={onInvalid}
          onInput={onChanged}
          aria-invalid={problem ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          className={cn(inputClass, type === "password" && "pr-11")}
        />
        {type === "password" && (
          <button
            type="button"
            onClick={() => setShown(!shown)}
            aria-pressed={shown}
            aria-label={t("showPassword")}
            className="absolute top-1 right-1 grid size-8 place-items-center rounded-md text-ink-muted hover:bg-hover hover:text-ink"
          >
            {shown ? <EyeOff className="size-4" /> : <Eye className="size-4" />}
          </button>
        )}
      </div>
      {note && (
        <p
          id={`${id}-note`}
          role={problem ? "alert" : undefined}
          className={cn("text-[0.8125rem] leading-snug", problem ? "text-danger" : "text-ink-muted")}
        >
          {note}
        </p>
      )}
    </div>
  );
}
