import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { Button, Spinner } from "@/components/button/button";
import { formatBytes } from "@/lib/format";
import { decodeText } from "./decode-text";
import { Markdown } from "./markdown";
import { NoPreview } from "./no-preview";
import type { PartProps } from "./part";
import { useBytes } from "./use-bytes";

const limit = 512 * 1024;

export function Text({ file, url, downloadUrl }: PartProps) {
  const t = useTranslations("preview");
  const cut = file.fileSize > limit;
  const { bytes, failed, again } = useBytes(url, cut ? limit : null);
  const text = useMemo(() => bytes && decodeText(bytes, cut), [bytes, cut]);
  const markdown = /\.(md|markdown)$/i.test(file.name);
  const [source, setSource] = useState(!markdown);
  if (failed)
    return (
      <NoPreview file={file} downloadUrl={downloadUrl} title={t("notLoaded")}>
        <Button onClick={again}>{t("again")}</Button>
      </NoPreview>
    );
  if (text === null) return <Spinner className="size-7" />;
  return (
    <div className="flex size-full max-w-4xl flex-col overflow-hidden rounded-xl bg-surface text-ink shadow-float">
      {markdown && (
        <div className="flex justify-end border-b px-3 py-1.5">
          <Button size="sm" variant="ghost" onClick={() => setSource(!source)}>
            {t(source ? "rendered" : "source")}
          </Button>
        </div>
      )}
      {source ? (
        <pre
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys
          tabIndex={0}
          aria-label={file.name}
          className="min-h-0 flex-1 overflow-auto whitespace-pre-wrap break-words p-5 font-mono text-[0.8125rem] leading-5 focus-visible:-outline-offset-2"
        >
          {text}
        </pre>
      ) : (
        <section
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys
          tabIndex={0}
          aria-label={file.name}
          className="min-h-0 flex-1 overflow-auto p-6 focus-visible:-outline-offset-2"
        >
          <Markdown text={text} />
        </section>
      )}
      {cut && (
        <p className="border-t px-5 py-2 text-ink-muted text-xs">{t("onlyStart", { size: formatBytes(limit) })}</p>
      )}
    </div>
  );
}
