"use client";

import { type FormEvent, useState } from "react";
import { problemOf } from "@/lib/api";

/** A form's way to the server: busy while it works, the problem when it fails. */
export function useSubmit(work: (data: FormData) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ReturnType<typeof problemOf>>();
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await work(new FormData(event.currentTarget));
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, onSubmit, setProblem };
}
