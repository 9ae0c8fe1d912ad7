import { cn } from "@/lib/cn";

/** A kelp's holdfast: a stem with its blades, and the roots that grip the rock. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={cn("size-8", className)}>
      <rect width="32" height="32" rx="9" fill="var(--accent)" />
      <g fill="none" stroke="var(--accent-ink)" strokeWidth="2.3" strokeLinecap="round" strokeLinejoin="round">
        <path d="M16 5.8v11.4" />
        <path d="M16 9.6c1.2-2.2 3.2-3.2 6-3.2-.2 3-2 5-6 5.6" />
        <path d="M16 14.6c-1.2-2.2-3.2-3.2-6-3.2.2 3 2 5 6 5.6" />
        <path d="M16 17.2c0 4.6-2.8 4.2-5.4 5.2-1.5.6-2.3 1.7-2.4 3.4" />
        <path d="M16 17.2c0 4.6 2.8 4.2 5.4 5.2 1.5.6 2.3 1.7 2.4 3.4" />
        <path d="M16 17.2v8.8" />
      </g>
    </svg>
  );
}

export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={cn("flex items-center gap-2.5 font-semibold text-[1.0625rem] tracking-tight", className)}>
      <Logo className="size-7" />
      Holdfast
    </span>
  );
}
