import type { User } from "@holdfast/contract";

/** The first letter of who it is. */
export function Avatar({
  user,
  className = "size-9",
}: {
  user: Pick<User, "email" | "displayName">;
  className?: string;
}) {
  const name = user.displayName || user.email;
  return (
    <span
      aria-hidden="true"
      className={`grid shrink-0 select-none place-items-center rounded-full bg-accent-soft font-semibold text-accent-text text-sm ${className}`}
    >
      {name.slice(0, 1).toUpperCase()}
    </span>
  );
}
