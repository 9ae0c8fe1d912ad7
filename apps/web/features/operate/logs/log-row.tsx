"use client";

import type { LogLine } from "@holdfast/contract";
import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { CopyButton } from "@/components/button/copy-button";
import { Badge } from "@/components/text/badge";
import { Time } from "@/components/text/time";

/** One line; opened, all that it says. */
export function LogRow({ line }: { line: LogLine }) {
  const t = useTranslations("logs");
  return (
    <li>
      <details className="group">
        <summary className="flex cursor-pointer list-none items-start gap-3 px-4 py-2.5 hover:bg-hover focus-visible:-outline-offset-2 sm:px-6">
          <ChevronRight
            aria-hidden="true"
            className="mt-0.5 size-4 shrink-0 text-ink-muted transition-transform group-open:rotate-90"
          />
          <Badge tone={line.level === "warn" ? "warning" : "danger"} className="mt-px w-16 text-center">
            {t(`names.${line.level}`)}
          </Badge>
          <span className="min-w-0 flex-1">
            <span className="line-clamp-2 break-words font-medium group-open:line-clamp-none">{line.message}</span>
            <span className="block truncate text-ink-muted text-xs">
              <Time at={line.at} style="full" /> · {line.node} · {line.part}
            </span>
          </span>
        </summary>
        <div className="flex flex-col gap-3 border-t bg-sunken px-4 py-3 sm:px-6">
          <pre className="max-h-96 overflow-auto whitespace-pre-wrap break-words font-mono text-xs">
            {pretty(line.line)}
          </pre>
          <div>
            <CopyButton text={line.line} size="sm" label={t("copy")} />
          </div>
        </div>
      </details>
    </li>
  );
}

/** One that was cut off is shown as it is. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2).replaceAll("\\n", "\n");
  } catch {
    return text;
  }
}
