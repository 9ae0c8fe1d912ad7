import type { PublicFile } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "@/lib/toast";
import type { Grants } from "./use-grants";

/**
 * The file that is being looked at. On a limited link it is asked first whether there is a preview left: an empty viewer would say that
 * the file cannot be shown.
 */
export function usePreview(grants: Grants, inlineUrl: (file: PublicFile) => string) {
  const t = useTranslations("recipient");
  const [file, setFile] = useState<PublicFile | null>(null);
  const show = async (next: PublicFile | null) => {
    if (next && grants.left !== null) {
      const answer = await fetch(inlineUrl(next), { method: "HEAD" }).catch(() => null);
      if (answer?.status === 410) {
        grants.refresh();
        toast(t(grants.mayDownload(next.id) ? "previewsUsed" : "limitReached"));
        return;
      }
    }
    setFile(next);
  };
  return [file, show] as const;
}
