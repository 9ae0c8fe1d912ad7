import { useTranslations } from "next-intl";
import { kindOf } from "../../kind/kind";
import { canPreview } from "../../kind/previewable";
import { Media } from "./media";
import { NoPreview } from "./no-preview";
import type { PartProps } from "./part";
import { Pdf } from "./pdf";
import { Picture } from "./picture";
import { Text } from "./text";

/** The preview of each kind of file. Loaded when the first one is opened. */
export function Body(props: PartProps) {
  const t = useTranslations("preview");
  const { file, downloadUrl } = props;
  if (file.fileSize === 0) return <NoPreview file={file} downloadUrl={downloadUrl} title={t("empty")} />;
  if (!canPreview(file)) return <NoPreview file={file} downloadUrl={downloadUrl} />;
  const kind = kindOf(file);
  if (kind === "image") return <Picture key={file.id} {...props} />;
  if (kind === "video" || kind === "audio") return <Media key={file.id} {...props} video={kind === "video"} />;
  if (kind === "pdf") return <Pdf key={file.id} {...props} />;
  return <Text key={file.id} {...props} />;
}
