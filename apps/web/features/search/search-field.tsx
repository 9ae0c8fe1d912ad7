import type { SearchKind } from "@holdfast/contract";
import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/cn";
import { searchKinds } from "./links";

type FieldProps = {
  text: string;
  onText: (text: string) => void;
  kind: SearchKind | undefined;
  onKind: (kind: SearchKind | undefined) => void;
};

/** What is looked for, and of which kind. */
export function SearchField({ text, onText, kind, onKind }: FieldProps) {
  const t = useTranslations("search");
  return (
    <div className="sticky top-0 z-10 border-b bg-surface px-4 py-3 sm:px-6">
      <label className="flex h-11 items-center gap-2.5 rounded-xl border bg-canvas px-3.5 focus-within:border-accent">
        <Search aria-hidden="true" className="size-4.5 shrink-0 text-ink-muted" />
        <input
          type="search"
          value={text}
          maxLength={255}
          onChange={(event) => onText(event.target.value)}
          aria-label={t("field")}
          placeholder={t("field")}
          className="w-full bg-transparent text-base outline-none placeholder:text-ink-muted"
        />
      </label>
      <fieldset className="mt-2.5 flex flex-wrap gap-1.5">
        <legend className="sr-only">{t("kinds")}</legend>
        {[undefined, ...searchKinds].map((each) => (
          <button
            key={each ?? "all"}
            type="button"
            aria-pressed={kind === each}
            onClick={() => onKind(each)}
            className={cn(
              "h-8 rounded-full border px-3 font-medium text-sm",
              kind === each ? "border-accent bg-accent-soft text-accent-text" : "text-ink-muted hover:bg-hover",
            )}
          >
            {t(`kind.${each ?? "all"}`)}
          </button>
        ))}
      </fieldset>
    </div>
  );
}
