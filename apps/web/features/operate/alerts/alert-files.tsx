import type { Alert } from "@holdfast/contract";
import { useTranslations } from "next-intl";

const most = 5;

type Named = { email: string; path: string };

/** What an alert names besides: files, or what the server found on a disk. */
export function AlertFiles({ alert: { data } }: { alert: Alert }) {
  const t = useTranslations("operateAlerts");
  const files = Array.isArray(data.files) ? (data.files as Named[]) : [];
  const detail = typeof data.detail === "string" ? data.detail : null;
  if (files.length === 0 && detail === null) return null;
  const count = typeof data.fileCount === "number" ? data.fileCount : files.length;
  return (
    <div className="sm:flex sm:gap-3">
      <dt className="shrink-0 text-ink-muted sm:w-28">{files.length > 0 ? t("files") : t("found")}</dt>
      <dd className="min-w-0 break-words">
        {detail}
        {files.slice(0, most).map(({ email, path }) => (
          <span key={`${email} ${path}`} className="block">
            {email}: {path}
          </span>
        ))}
        {count > most && <span className="block text-ink-muted">{t("moreFiles", { count: count - most })}</span>}
      </dd>
    </div>
  );
}
