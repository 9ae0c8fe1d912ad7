"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { problemOf } from "@/lib/api";
import { checkFields, showFieldProblems } from "@/lib/field-problems";

/**
 * A form's way to the server: busy while it works, the problem when it fails. What is wrong with one field stands beside that field (see
 * `Field`), and is told before anything is sent where the browser knows it.
 */
export function useSubmit(work: (data: FormData) => Promise<void>) {
  const t = useTranslations("fields");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ReturnType<typeof problemOf>>();
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    setProblem(undefined);
    if (!checkFields(form)) return;
    setBusy(true);
    try {
      await work(new FormData(form));
    } catch (error) {
      if (!showFieldProblems(form, error, t)) setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, onSubmit, setProblem };
}
