"use client";

import { useEffect, useId, useRef, useState } from "react";
import { ChoiceCards } from "@/components/form/choice-cards";
import { FormProblem } from "@/features/auth/form/form-problem";
import { problemOf } from "@/lib/api";

interface PolicyCardsProps<T extends string> {
  title: string;
  body: string;
  options: readonly { value: T; label: string; hint: string }[];
  /** What holds on the server. */
  value: T;
  save: (value: T) => Promise<void>;
}

/** Arrow keys choose every card that they pass: only the one that is stayed on for this long (ms) is saved. */
const settleTime = 500;

/** A policy as radio cards, saved without a button. After a failure the card that holds is shown again, with the reason. */
export function PolicyCards<T extends string>({ title, body, options, value, save }: PolicyCardsProps<T>) {
  const id = useId();
  const [choice, setChoice] = useState<T>();
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<ReturnType<typeof problemOf>>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flush = useRef<() => void>(undefined);

  // Who leaves the page right after a click has chosen too.
  useEffect(() => () => flush.current?.(), []);

  const settle = async (next: T) => {
    clearTimeout(timer.current);
    flush.current = undefined;
    if (next !== value) {
      setSaving(true);
      await save(next).catch((error) => setProblem(problemOf(error)));
      setSaving(false);
    }
    setChoice(undefined);
  };
  const choose = (next: T) => {
    if (saving) return;
    setProblem(undefined);
    setChoice(next);
    clearTimeout(timer.current);
    flush.current = () => void settle(next);
    timer.current = setTimeout(flush.current, settleTime);
  };
  return (
    <section>
      <div className="mb-3 px-1">
        <h2 id={id} className="font-semibold text-[0.9375rem]">
          {title}
        </h2>
        <p id={`${id}-body`} className="text-ink-muted">
          {body}
        </p>
      </div>
      <ChoiceCards
        aria-labelledby={id}
        aria-describedby={`${id}-body`}
        aria-busy={saving || undefined}
        value={choice ?? value}
        onChange={choose}
        choices={options}
        className="sm:grid-cols-2"
      />
      {problem && (
        <div className="mt-3">
          <FormProblem problem={problem} />
        </div>
      )}
    </section>
  );
}
