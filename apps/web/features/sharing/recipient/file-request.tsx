"use client";

import { putPublicContent } from "@holdfast/contract";
import { CircleAlert, CircleCheck, RotateCw, UploadCloud } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Button, Spinner } from "@/components/button/button";
import { Progress } from "@/components/feedback/progress";
import { Field } from "@/components/form/field";
import { FileChooser } from "@/components/form/file-chooser";
import { FileName } from "@/components/text/file-name";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { DropZone } from "@/features/files/drag/drop-zone";
import { urlOf } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { visibleName } from "@/lib/safe-name";
import type { PublicShareInfo } from "./public-share";
import { RecipientFrame } from "./recipient-frame";
import { SharedBy } from "./shared-by";

/** What the sender says of themselves; both may be empty. */
type SaidBySender = { senderName: string; senderMessage: string };

type Sent = {
  key: number;
  file: File;
  state: "waiting" | "sending" | "done" | "failed";
  sent: number;
  error?: string;
  said: SaidBySender;
};

const atOnce = 2;

/** Sends one file with its progress (`fetch` tells none for what it sends). */
function send(token: string, { file, said }: Sent, onProgress: (sent: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = {
      name: file.name,
      senderName: said.senderName || undefined,
      senderMessage: said.senderMessage || undefined,
    };
    request.open("PUT", urlOf(putPublicContent, { params: { token }, query }));
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onerror = () => reject(new Error());
    request.onload = () => {
      if (request.status < 300) return resolve();
      try {
        reject(new Error((JSON.parse(request.responseText) as { detail?: string }).detail));
      } catch {
        reject(new Error());
      }
    };
    request.send(file);
  });
}

/** A link that asks for files: drop them here, and see nothing of what is inside. */
export function FileRequest({ token, share }: { token: string; share: PublicShareInfo }) {
  const t = useTranslations("recipient");
  const [items, setItems] = useState<Sent[]>([]);
  const [said, setSaid] = useState<SaidBySender>({ senderName: "", senderMessage: "" });
  const input = useRef<HTMLInputElement>(null);
  const queue = useRef<Sent[]>([]);
  const active = useRef(0);
  const nextKey = useRef(0);

  const update = (key: number, change: Partial<Sent>) =>
    setItems((old) => old.map((item) => (item.key === key ? { ...item, ...change } : item)));
  const pump = () => {
    while (active.current < atOnce) {
      const item = queue.current.shift();
      if (!item) return;
      active.current++;
      update(item.key, { state: "sending", sent: 0, error: undefined });
      send(token, item, (sent) => update(item.key, { sent }))
        .then(() => update(item.key, { state: "done", sent: item.file.size }))
        .catch((error: Error) => update(item.key, { state: "failed", error: error.message || t("sendFailed") }))
        .finally(() => {
          active.current--;
          pump();
        });
    }
  };
  const add = (files: Iterable<File>) => {
    const added = [...files].map((file): Sent => ({ key: nextKey.current++, file, state: "waiting", sent: 0, said }));
    setItems((old) => [...old, ...added]);
    queue.current.push(...added);
    pump();
  };
  const done = items.filter((item) => item.state === "done").length;
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
          <p className="mt-1 mb-1 text-balance text-ink-muted">{t("requestBody")}</p>
          <SharedBy share={share} left={null} />
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
        </div>
        {items.length > 0 && (
          <ul className="mt-5 max-h-72 divide-y overflow-y-auto rounded-xl border text-left">
            {items.map((item) => (
              <li key={item.key} className="flex items-center gap-3 px-3 py-2">
                <FileIcon file={{ name: item.file.name, kind: "file", fileType: item.file.type }} className="size-5" />
                <div className="min-w-0 flex-1">
                  <FileName name={item.file.name} className="text-sm" />
                  {item.state === "sending" ? (
                    <Progress
                      className="my-1.5 h-1"
                      label={visibleName(item.file.name)}
                      value={item.file.size ? item.sent / item.file.size : 0}
                    />
                  ) : (
                    <p className={item.state === "failed" ? "text-danger text-xs" : "text-ink-muted text-xs"}>
                      {item.error ?? formatBytes(item.file.size)}
                    </p>
                  )}
                </div>
                {item.state === "sending" && <Spinner />}
                {item.state === "done" && (
                  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it is drawn within the page, and has no address
                  <CircleCheck role="img" aria-label={t("sent")} className="size-5 text-success" />
                )}
                {item.state === "failed" && (
                  <>
                    <CircleAlert aria-hidden="true" className="size-4.5 text-danger" />
                    <Button
                      variant="ghost"
                      size="icon-sm"
                      aria-label={t("retry", { name: visibleName(item.file.name) })}
                      onClick={() => {
                        queue.current.push(item);
                        pump();
                      }}
                    >
                      <RotateCw />
                    </Button>
                  </>
                )}
              </li>
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
