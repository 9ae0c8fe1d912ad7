import type { FileRole } from "@holdfast/contract";
import type { useTranslations } from "next-intl";

/** Strongest first. */
const roles = ["manager", "editor", "contributor", "viewer", "uploader"] as const;

/** The roles with a sentence each. To a file nothing can be added. */
export function roleItems(t: ReturnType<typeof useTranslations<"people">>, folder: boolean) {
  return roles
    .filter((role) => folder || (role !== "contributor" && role !== "uploader"))
    .map((value: FileRole) => ({
      value,
      label: t(`role.${value}`),
      hint: t(`${folder ? "roleHint" : "roleHintFile"}.${value}`),
    }));
}

/** How long a role lasts: what most people want is one press away. */
export const expiries = ["never", "7d", "30d", "90d"] as const;
export type Expiry = (typeof expiries)[number];

const days: Partial<Record<Expiry, number>> = { "7d": 7, "30d": 30, "90d": 90 };

export function expiresAtOf(expiry: Expiry, now = Date.now()): string | null {
  const count = days[expiry];
  return count ? new Date(now + count * 86_400_000).toISOString() : null;
}
