import { Archive } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/button/button";
import { EmptyState, ErrorState } from "@/components/feedback/state";
import { hasCode } from "@/lib/api";

/** In the place of a backup that is not there, or could not be read. */
export function SnapshotGone({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useTranslations("backups.snapshot");
  if (!hasCode(error, "not_found")) {
    return <ErrorState title={t("failed.snapshot")} error={error} onRetry={onRetry} className="m-auto" />;
  }
  return (
    <EmptyState level={1} icon={<Archive />} title={t("goneTitle")} body={t("goneBody")} className="m-auto">
      <Link href="/backups" className={buttonClass({ variant: "primary" })}>
        {t("toBackups")}
      </Link>
    </EmptyState>
  );
}
