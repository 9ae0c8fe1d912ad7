import { ExternalLink } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button, buttonClass, Spinner } from "@/components/button/button";
import { NoPreview } from "./no-preview";
import type { PartProps } from "./part";
import { useBytes } from "./use-bytes";

const limit = 200 * 1024 * 1024;
/** Without the viewer's bar, which titles the file by what its maker left in it ("untitled"). Its name stands above. */
const view = "#toolbar=0&navpanes=0";

export function Pdf(props: PartProps) {
  const t = useTranslations("preview");
  const { file, downloadUrl } = props;
  if (file.fileSize > limit) return <NoPreview file={file} downloadUrl={downloadUrl} title={t("tooLarge")} />;
  if (navigator.pdfViewerEnabled === false)
    return <NoPreview file={file} downloadUrl={downloadUrl} title={t("cannotShow", { kind: "PDF" })} />;
  return <Viewer {...props} />;
}

/** Bytes that a script reads are data; the address of a blob lets the browser's own viewer show a PDF. */
function Viewer({ file, url, downloadUrl }: PartProps) {
  const t = useTranslations("preview");
  const { bytes, failed, again } = useBytes(url, null);
  const [source, setSource] = useState<string | null>(null);
  useEffect(() => {
    if (!bytes) return;
    const made = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
    setSource(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  if (failed)
    return (
      <NoPreview file={file} downloadUrl={downloadUrl} title={t("notLoaded")}>
        <Button onClick={again}>{t("again")}</Button>
      </NoPreview>
    );
  if (!source) return <Spinner className="size-7" />;
  return (
    <div className="flex size-full max-w-5xl flex-col overflow-hidden rounded-lg bg-white">
      <iframe src={source + view} title={file.name} className="min-h-0 flex-1" />
      <div className="flex justify-end border-t bg-surface px-2 py-1 text-ink">
        <a href={source} target="_blank" rel="noopener" className={buttonClass({ variant: "ghost", size: "sm" })}>
          <ExternalLink />
          {t("newTab")}
        </a>
      </div>
    </div>
  );
}
