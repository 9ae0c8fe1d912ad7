import { Search, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";
import { Select } from "@/components/form/select";
import { ChooseUser } from "./choose-user";
import { type Filters, type Group, groups, outcomes, type Period, periods } from "./filters";

type FilterBarProps = { filters: Filters; onChange: (change: Partial<Filters>) => void };

const fieldClass =
  "h-10 w-full rounded-lg border border-line-strong/60 bg-surface px-3 text-[0.9375rem] placeholder:text-ink-muted hover:bg-hover";

/** What of the log is shown. Words and addresses count once they are typed to their end; the rest at once. */
export function FilterBar({ filters, onChange }: FilterBarProps) {
  const t = useTranslations("accessLog");
  const { group, outcome, period, actor, target, ip, q } = filters;
  const names = Object.keys(groups) as Group[];
  return (
    <div className="flex flex-col gap-2 border-b px-4 py-3 sm:px-6">
      <div className="grid gap-2 sm:flex sm:flex-wrap">
        <Typed
          label={t("words")}
          value={q}
          onValue={(next) => onChange({ q: next })}
          icon={<Search aria-hidden="true" className="size-4" />}
          className="sm:w-52"
        />
        <div className="grid grid-cols-2 gap-2 sm:flex">
          <Select
            label={t("period")}
            value={period}
            onValueChange={(next: Period) => onChange({ period: next })}
            items={(Object.keys(periods) as Period[]).map((value) => ({ value, label: t(`periods.${value}`) }))}
            className="sm:w-36"
          />
          <Select
            label={t("group")}
            value={group}
            onValueChange={(next: Filters["group"]) => onChange({ group: next })}
            items={(["any", ...names] as const).map((value) => ({ value, label: t(`groups.${value}`) }))}
            className="sm:w-44"
          />
          <Select
            label={t("result")}
            value={outcome}
            onValueChange={(next: Filters["outcome"]) => onChange({ outcome: next })}
            items={(["any", ...outcomes] as const).map((value) => ({ value, label: t(`outcome.${value}`) }))}
            className="sm:w-32"
          />
          <Typed label={t("address")} value={ip} onValue={(next) => onChange({ ip: next })} className="sm:w-44" />
        </div>
        <ChooseUser onChoose={(user) => onChange({ actor: user })} />
      </div>
      {(actor || target) && (
        <ul aria-label={t("chosen")} className="flex flex-wrap gap-2">
          {actor && <Chip onRemove={() => onChange({ actor: null })}>{t("byUser", { name: actor.name })}</Chip>}
          {target && <Chip onRemove={() => onChange({ target: null })}>{t("onItem", { name: target.name })}</Chip>}
        </ul>
      )}
    </div>
  );
}

function Chip({ onRemove, children }: { onRemove: () => void; children: string }) {
  const t = useTranslations("accessLog");
  return (
    <li className="flex min-w-0 items-center gap-1 rounded-full bg-accent-soft py-0.5 pr-1 pl-3 font-medium text-accent-text text-sm">
      <span className="truncate">{children}</span>
      <button
        type="button"
        aria-label={t("without", { name: children })}
        onClick={onRemove}
        className="grid size-6 shrink-0 place-items-center rounded-full hover:bg-hover"
      >
        <X aria-hidden="true" className="size-3.5" />
      </button>
    </li>
  );
}

type TypedProps = {
  label: string;
  value: string;
  onValue: (value: string) => void;
  icon?: ReactNode;
  className?: string;
};

function Typed({ label, value, onValue, icon, className = "" }: TypedProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <form
      method="post"
      className={`relative min-w-0 ${className}`}
      onSubmit={(event) => {
        event.preventDefault();
        onValue(text);
      }}
    >
      {icon && <span className="pointer-events-none absolute top-3 left-3 text-ink-muted">{icon}</span>}
      <input
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text !== value && onValue(text)}
        aria-label={label}
        placeholder={label}
        spellCheck={false}
        autoComplete="off"
        className={`${fieldClass} ${icon ? "pl-9" : ""}`}
      />
    </form>
  );
}
