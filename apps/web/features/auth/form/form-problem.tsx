import { CircleAlert } from "lucide-react";

/** What went wrong with the form as a whole, read out at once. */
export function FormProblem({ problem }: { problem?: { message: string } }) {
  if (!problem) return null;
  return (
    <div role="alert" className="flex gap-2.5 rounded-lg bg-danger-soft px-3 py-2.5 text-danger text-sm">
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <span>{problem.message}</span>
    </div>
  );
}
