"use client";

import { UploadCloud } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { FileChooser } from "@/components/form/file-chooser";
import { DropZone } from "@/features/files/drag/drop-zone";
import { formatBytes } from "@/lib/format";
import { visibleName } from "@/lib/safe-name";
import { LinkUploadRow } from "./link-upload-row";
import { LinkUploads, type SaidBySender } from "./link-uploads";
import type { PublicShareInfo } from "./public-share";
import { RecipientFrame } from "./recipient-frame";
import { refusalOf } from "./request-limits";
import { sendToLink } from "./send-to-link";
import { SharedBy } from "./shared-by";

/** A link that asks for files: drop them here, and see nothing of what is inside. */
export function FileRequest({ token, share }: { token: string; share: PublicShareInfo }) {
  const t = useTranslations("recipient");
  const [uploads] = useState(() => new LinkUploads(sendToLink(token)));
  useSyncExternalStore(uploads.subscribe, uploads.getSnapshot, () => 0);
  useEffect(() => uploads.followNetwork(), [uploads]);
  const [said, setSaid] = useState<SaidBySender>({ senderName: "", senderMessage: "" });
  const input = useRef<HTMLInputElement>(null);
  const { items, done } = uploads;
  // As it was when the page opened: what is sent since then is counted among the items.
  const [takes] = useState(share.takes);
  const isFull = takes !== null && (takes.filesLeft === 0 || takes.bytesLeft === 0);
  const add = (files: Iterable<File>) =>
    uploads.add(files, said, (file) => {
      const refusal = refusalOf(takes, uploads.items, file.size);
      return refusal && t(refusal.text, { size: refusal.size });
    });
  const name = share.file ? visibleName(share.file.name) : undefined;
  return (
    <RecipientFrame>
      <DropZone folder={{ id: null, name: name ?? t("hereFolder") }} onDrop={(data) => add(data.files)}>
        <div className="flex flex-col items-center text-center">
          <div className="mb-4 grid size-16 place-items-center rounded-2xl bg-accent-soft text-accent-text">
            <UploadCloud className="size-7" />
          </div>
          <h1 className="font-semibold text-lg">
            {name ? t("requestTitle", { folder: name }) : t("requestTitleBare")}
          </h1>
          {!isFull && <p className="mt-1 mb-1 text-balance text-ink-muted">{t("requestBody")}</p>}
          <SharedBy share={share} left={null} />
          {takes && (
            <p className="mt-1 text-balance text-ink-muted text-sm">
              {isFull
                ? t("takesNothing")
                : t("takes", {
                    count: takes.filesLeft,
                    size: formatBytes(takes.bytesLeft),
                    most: formatBytes(takes.maxFileSize),
                  })}
            </p>
          )}
          {!isFull && (
            <>
              <div className="mt-5 grid w-full gap-3 text-left">
                <Field
                  label={t("senderName")}
                  hint={t("senderHint")}
                  autoComplete="name"
                  maxLength={100}
                  value={said.senderName}
                  onChange={(event) => setSaid({ ...said, senderName: event.target.value })}
                />
                <Field
                  label={t("senderMessage")}
                  maxLength={500}
                  value={said.senderMessage}
                  onChange={(event) => setSaid({ ...said, senderMessage: event.target.value })}
                />
              </div>
              <Button variant="primary" size="lg" className="mt-6 w-full" onClick={() => input.current?.click()}>
                {t("chooseFiles")}
              </Button>
              <FileChooser ref={input} label={t("chooseFiles")} onFiles={add} />
            </>
          )}
        </div>
        {items.length > 0 && (
          <ul className="mt-5 max-h-72 divide-y overflow-y-auto rounded-xl border text-left">
            {items.map((item) => (
              <LinkUploadRow key={item.key} item={item} onRetry={() => uploads.retry(item)} />
            ))}
          </ul>
        )}
        <output aria-live="polite" className="mt-3 block text-center text-ink-muted text-sm">
          {done > 0 && t("sentCount", { count: done })}
        </output>
      </DropZone>
    </RecipientFrame>
  );
}
