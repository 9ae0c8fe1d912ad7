import { FolderSearch } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/button/button";
import { EmptyState } from "@/components/feedback/state";

/** In the place of a folder that is not there, or not theirs. */
export function FolderGone() {
  const t = useTranslations("files");
  return (
    <EmptyState level={1} className="m-auto" icon={<FolderSearch />} title={t("folderGone")} body={t("folderGoneBody")}>
      <title>{`${t("folderGone")} · Holdfast`}</title>
      <Link href="/files" className={buttonClass({ variant: "primary" })}>
        {t("toRoot")}
      </Link>
    </EmptyState>
  );
}
