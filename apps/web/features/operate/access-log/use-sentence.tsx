import type { OwnAccessEntry } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

export type Said = Pick<OwnAccessEntry, "action" | "outcome" | "targetName" | "via" | "detail">;

/** What happened as a sentence: who did it, what, and with what. */
export function useSentence() {
  const t = useTranslations("accessLog");
  return (entry: Said, who: ReactNode, what: ReactNode): ReactNode => {
    const key = keyOf(t, entry);
    return t.rich(key, { who: () => who, what: () => what, action: entry.action });
  };
}

/** Someone whom nobody knows by name. */
export function strangerKey({ via }: Pick<Said, "via">): string {
  return via === "link" ? "byLink" : via === "system" ? "system" : "stranger";
}

function keyOf(t: { has: (key: string) => boolean }, { action, outcome, targetName }: Said): string {
  const name = `does.${action.replaceAll(/[.-]/g, "_")}`;
  const bare = targetName === null ? "_bare" : "";
  const all = [`${name}_${outcome}${bare}`, `${name}_${outcome}`, `${name}${bare}`, name];
  return all.find((key) => t.has(key)) ?? "does.other";
}
