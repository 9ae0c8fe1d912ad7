import { cn } from "@/lib/cn";

type SwitcherProps<V extends string> = {
  label: string;
  value: V;
  onValueChange: (value: V) => void;
  items: readonly { value: V; label: string }[];
};

/** A few choices side by side, of which one holds. */
export function Switcher<V extends string>({ label, value, onValueChange, items }: SwitcherProps<V>) {
  return (
    <fieldset className="flex gap-0.5 rounded-lg bg-sunken p-0.5">
      <legend className="sr-only">{label}</legend>
      {items.map((item) => (
        <label
          key={item.value}
          className={cn(
            "relative flex h-8 cursor-pointer items-center rounded-md px-3 font-medium text-[0.8125rem] has-focus-visible:outline-2 has-focus-visible:outline-accent",
            item.value === value ? "bg-surface text-ink shadow-sm" : "text-ink-muted hover:text-ink",
          )}
        >
          <input
            type="radio"
            name={label}
            value={item.value}
            checked={item.value === value}
            onChange={() => onValueChange(item.value)}
            className="absolute inset-0 cursor-pointer appearance-none opacity-0"
          />
          {item.label}
        </label>
      ))}
    </fieldset>
  );
}
