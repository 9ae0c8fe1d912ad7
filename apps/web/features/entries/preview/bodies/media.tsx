import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { FileIcon } from "../../kind/file-icon";
import { NoPreview } from "./no-preview";
import { endingOf, type PartProps } from "./part";

type Trouble = "format" | "connection";

/** By the browser's own player; what it cannot play, it would show as a dead one. */
export function Media({ file, url, downloadUrl, video }: PartProps & { video: boolean }) {
  const t = useTranslations("preview");
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const onError = (event: { currentTarget: HTMLMediaElement }) => {
    const lost = event.currentTarget.error?.code === MediaError.MEDIA_ERR_NETWORK || !navigator.onLine;
    setTrouble(lost ? "connection" : "format");
  };
  if (trouble === "connection")
    return (
      <NoPreview file={file} downloadUrl={downloadUrl} title={t("notLoaded")}>
        <Button onClick={() => setTrouble(null)}>{t("again")}</Button>
      </NoPreview>
    );
  if (trouble)
    return <NoPreview file={file} downloadUrl={downloadUrl} title={t("cannotPlay", { kind: endingOf(file.name) })} />;
  if (video)
    return (
      // oxlint-disable-next-line jsx-a11y/media-has-caption -- somebody's own recording has no captions that we know of
      <video
        src={url}
        controls
        autoPlay
        playsInline
        onError={onError}
        className="max-h-full max-w-full rounded-lg bg-black"
      />
    );
  return (
    <div className="flex w-full max-w-md flex-col items-center gap-6 rounded-2xl bg-raised p-8 shadow-float">
      <FileIcon file={file} className="size-16" />
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- somebody's own recording has no captions that we know of */}
      <audio src={url} controls onError={onError} className="w-full" />
    </div>
  );
}
