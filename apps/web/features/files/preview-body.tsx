"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button, buttonClass, Spinner } from "@/components/button";
import { formatBytes } from "@/lib/format";
import { FileIcon } from "./file-icon";
import { kindOf } from "./kind";
import { Markdown } from "./markdown";

export type Previewable = {
  id: string;
  name: string;
  kind: "file" | "folder";
  fileType: string | null;
  fileSize: number;
};

const textLimit = 512 * 1024;
const pdfLimit = 200 * 1024 * 1024;
const shownImages = /^image\/(png|jpeg|gif|webp|avif|svg\+xml|bmp|x-icon)$/;

/** Media only where its bytes say so: an ending promises nothing. */
export function canPreview(file: Previewable): boolean {
  const kind = kindOf(file);
  const type = file.fileType ?? "";
  if (kind === "image") return shownImages.test(type);
  if (kind === "video" || kind === "audio") return type.startsWith("video/") || type.startsWith("audio/");
  if (kind === "pdf") return type === "application/pdf";
  return kind === "text" || kind === "code" || type.startsWith("text/") || /\.(csv|tsv)$/i.test(file.name);
}

type PreviewBodyProps = { file: Previewable; inlineUrl: string; downloadUrl: string };

/** A file's content, shown without trusting it: media by the browser's own elements, text as text, never as a page of ours. */
export function PreviewBody({ file, inlineUrl, downloadUrl }: PreviewBodyProps) {
  const kind = kindOf(file);
  if (!canPreview(file)) return <NoPreview file={file} downloadUrl={downloadUrl} />;
  if (kind === "image") return <Picture key={file.id} file={file} url={inlineUrl} downloadUrl={downloadUrl} />;
  if (kind === "video") {
    // biome-ignore lint/a11y/useMediaCaption: it is the person's own recording
    return (
      <video
        key={file.id}
        src={inlineUrl}
        controls
        autoPlay
        playsInline
        className="max-h-full max-w-full rounded-lg bg-black"
      />
    );
  }
  if (kind === "audio") {
    return (
      <div className="flex w-full max-w-md flex-col items-center gap-6 rounded-2xl bg-raised p-8 shadow-float">
        <FileIcon file={file} className="size-16" />
        {/* biome-ignore lint/a11y/useMediaCaption: it is the person's own recording */}
        <audio key={file.id} src={inlineUrl} controls className="w-full" />
      </div>
    );
  }
  if (kind === "pdf") return <Pdf key={file.id} file={file} url={inlineUrl} downloadUrl={downloadUrl} />;
  return <Text key={file.id} file={file} url={inlineUrl} downloadUrl={downloadUrl} />;
}

type PartProps = { file: Previewable; url: string; downloadUrl: string };

function Picture({ file, url, downloadUrl }: PartProps) {
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  if (state === "failed") return <NoPreview file={file} downloadUrl={downloadUrl} />;
  return (
    <>
      {state === "loading" && <Spinner className="absolute size-7" />}
      <img
        src={url}
        alt={file.name}
        onLoad={() => setState("shown")}
        onError={() => setState("failed")}
        className="max-h-full max-w-full rounded-sm object-contain"
      />
    </>
  );
}

/** Bytes that a script reads are data; the address of a blob lets the browser's own viewer show a PDF. */
function Pdf({ file, url, downloadUrl }: PartProps) {
  const { fileSize } = file;
  const [source, setSource] = useState<string | null>(null);
  const [failed, setFailed] = useState(fileSize > pdfLimit);
  useEffect(() => {
    if (fileSize > pdfLimit) return;
    const abort = new AbortController();
    let made = "";
    fetch(url, { signal: abort.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(String(response.status));
        made = URL.createObjectURL(new Blob([await response.arrayBuffer()], { type: "application/pdf" }));
        setSource(made);
      })
      .catch(() => !abort.signal.aborted && setFailed(true));
    return () => {
      abort.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [fileSize, url]);
  if (failed) return <NoPreview file={file} downloadUrl={downloadUrl} />;
  if (!source) return <Spinner className="size-7" />;
  return <iframe src={source} title={file.name} className="size-full max-w-5xl rounded-lg bg-white" />;
}

function Text({ file, url, downloadUrl }: PartProps) {
  const t = useTranslations("preview");
  const { fileSize } = file;
  const [text, setText] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const markdown = /\.(md|markdown)$/i.test(file.name);
  const [source, setSource] = useState(!markdown);
  useEffect(() => {
    const abort = new AbortController();
    const range = fileSize > textLimit ? { range: `bytes=0-${textLimit - 1}` } : undefined;
    fetch(url, { signal: abort.signal, headers: range })
      .then(async (response) => {
        if (!response.ok) throw new Error(String(response.status));
        setText(new TextDecoder().decode(await response.arrayBuffer()));
      })
      .catch(() => !abort.signal.aborted && setFailed(true));
    return () => abort.abort();
  }, [fileSize, url]);
  if (failed) return <NoPreview file={file} downloadUrl={downloadUrl} />;
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
        // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keys scroll it
        <pre
          tabIndex={0}
          aria-label={file.name}
          className="min-h-0 flex-1 overflow-auto whitespace-pre-wrap break-words p-5 font-mono text-[0.8125rem] leading-5 focus-visible:-outline-offset-2"
        >
          {text}
        </pre>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keys scroll it
        <div
          tabIndex={0}
          role="region"
          aria-label={file.name}
          className="min-h-0 flex-1 overflow-auto p-6 focus-visible:-outline-offset-2"
        >
          <Markdown text={text} />
        </div>
      )}
      {fileSize > textLimit && (
        <p className="border-t px-5 py-2 text-ink-muted text-xs">{t("onlyStart", { size: formatBytes(textLimit) })}</p>
      )}
    </div>
  );
}

function NoPreview({ file, downloadUrl }: { file: Previewable; downloadUrl: string }) {
  const t = useTranslations("preview");
  return (
    <div className="flex flex-col items-center gap-4 rounded-2xl bg-raised px-10 py-9 text-center text-ink shadow-float">
      <FileIcon file={file} className="size-16" />
      <div>
        <p className="font-medium">{t("none")}</p>
        <p className="text-ink-muted">{formatBytes(file.fileSize)}</p>
      </div>
      <a href={downloadUrl} download className={buttonClass({ variant: "primary" })}>
        <Download />
        {t("download")}
      </a>
    </div>
  );
}
