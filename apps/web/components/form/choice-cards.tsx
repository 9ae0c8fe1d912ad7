import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "@/lib/cn";

/** The whole frame can be pressed, and shows which one is chosen and where the focus is. */
const frame =
  "relative cursor-pointer border hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2 has-disabled:cursor-default has-disabled:text-ink-muted has-disabled:hover:bg-transparent";

/** A radio button with more beside it than a word. */
export function ChoiceCard({ children, className, ...radio }: ComponentProps<"input">) {
  return (
    <label className={cn(frame, "flex gap-3 rounded-xl px-4 py-3", className)}>
      <input {...radio} type="radio" className="mt-0.5 size-4 shrink-0 accent-accent outline-none" />
      <span className="min-w-0">{children}</span>
    </label>
  );
}

/** A radio button that is nothing but its word, with a picture above it where there is one. */
function ChoiceTile({ children, icon, ...radio }: ComponentProps<"input"> & { icon: ReactNode }) {
  return (
    <label
      className={cn(
        frame,
        "grid min-h-10 place-content-center place-items-center gap-2 text-balance rounded-lg px-3 py-2 text-center font-medium text-sm leading-snug has-checked:text-accent-text [&_svg]:size-5",
        icon && "rounded-xl py-4",
      )}
    >
      <input {...radio} type="radio" className="absolute inset-0 cursor-pointer opacity-0" />
      {icon}
      {children}
    </label>
  );
}

type Choice<V extends string> = { value: V; label: string; hint?: string; icon?: ReactNode };

type ChoiceCardsProps<V extends string> = Omit<ComponentProps<"div">, "onChange" | "children" | "role"> & {
  choices: readonly Choice<V>[];
  value: V;
  onChange: (value: V) => void;
};

/**
 * One of a few, all in sight: a group of radio buttons, so that Tab enters it once and arrow keys choose. The caller names it by
 * `aria-label` or `aria-labelledby`, and places the cards by `className`. A hint is read out after its card's name.
 */
export function ChoiceCards<V extends string>({ choices, value, onChange, className, ...group }: ChoiceCardsProps<V>) {
  const id = useId();
  return (
    <div {...group} role="radiogroup" className={cn("grid gap-2", className)}>
      {choices.map((choice) => {
        const own = `${id}-${choice.value}`;
        const radio = {
          name: id,
          value: choice.value,
          checked: choice.value === value,
          onChange: () => onChange(choice.value),
        };
        if (choice.hint === undefined) {
          return (
            <ChoiceTile key={choice.value} {...radio} icon={choice.icon}>
              {choice.label}
            </ChoiceTile>
          );
        }
        return (
          <ChoiceCard key={choice.value} {...radio} aria-labelledby={own} aria-describedby={`${own}-hint`}>
            <span id={own} className="block font-medium leading-5">
              {choice.label}
            </span>
            <span id={`${own}-hint`} className="mt-0.5 block text-[0.8125rem] text-ink-muted leading-snug">
              {choice.hint}
            </span>
          </ChoiceCard>
        );
      })}
    </div>
  );
}
