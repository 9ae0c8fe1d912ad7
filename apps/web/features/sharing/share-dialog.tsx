"use client";

import type { File, Share } from "@holdfast/contract";
import { createShare, listShares } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { copyText } from "@/components/button/copy-button";
import { ErrorState } from "@/components/feedback/state";
import { Dialog } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { folderChanged } from "@/features/files/listing/listing";
import { PeopleSection } from "@/features/people/grants/people-section";
import { call, problemOf } from "@/lib/api";
import { roleOffers } from "@/lib/file-roles";
import { folderOf } from "@/lib/own-space";
import { keys } from "@/lib/query";
import { visibleName } from "@/lib/safe-name";
import { isComplete, type LinkForm, limitsOf, newForm } from "./limits";
import { LinkCard } from "./link-card";
import { LinkFormFields } from "./link-form";
import { ReachWarning } from "./reach-warning";

type ShareDialogProps = {
  file: Pick<File, "id" | "name" | "kind" | "parentId" | "spaceId" | "role"> | null;
  onClose: () => void;
};

export function ShareDialog({ file, onClose }: ShareDialogProps) {
  const t = useTranslations("sharing");
  const [request, setRequest] = useState(false);
  const shares = roleOffers(file?.role, "share");
  const close = () => {
    setRequest(false);
    onClose();
  };
  return (
    <Dialog
      open={file !== null}
      onOpenChange={(open) => !open && close()}
      title={file ? t(shares ? "shareTitle" : "accessTitle", { name: visibleName(file.name) }) : ""}
      className="sm:max-w-xl"
    >
      {file && (
        <div key={file.id} className="flex flex-col gap-5">
          <PeopleSection file={file} onLeft={close} />
          {shares && (
            <section aria-label={t("links")} className="border-t pt-5">
              <h3 className="font-semibold">{t("links")}</h3>
              <p className="mb-4 text-ink-muted text-sm">{t(request ? "requestBody" : "shareBody")}</p>
              <ShareBody file={file} onRequest={setRequest} onClose={close} />
            </section>
          )}
        </div>
      )}
    </Dialog>
  );
}

type ShareBodyProps = {
  file: NonNullable<ShareDialogProps["file"]>;
  /** Whether the form now asks for files. */
  onRequest: (request: boolean) => void;
  onClose: () => void;
};

/** One press: the link is made with what is set here, and is in the clipboard. */
function ShareBody({ file, onRequest, onClose }: ShareBodyProps) {
  const t = useTranslations("sharing");
  const client = useQueryClient();
  const [form, setForm] = useState<LinkForm>(newForm);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ message: string }>();
  const [made, setMade] = useState<{ share: Share; copied: boolean } | null>(null);
  const shares = useQuery({
    queryKey: keys.shares(file.id),
    queryFn: () => call(listShares, { query: { fileId: file.id } }),
  });

  const create = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const share = await call(createShare, { body: { fileId: file.id, ...limitsOf(form) } });
      setMade({ share, copied: await copyText(share.url) });
      setForm({ ...newForm, expiry: form.expiry, date: form.date });
      void client.invalidateQueries({ queryKey: keys.shares() });
      folderChanged(folderOf(file));
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const change = (part: Partial<LinkForm>) => {
    setForm({ ...form, ...part });
    if (part.allowUpload !== undefined) onRequest(part.allowUpload);
  };
  const others = shares.data?.items.filter((share) => share.id !== made?.share.id && share.state !== "revoked") ?? [];
  return (
    <div className="flex flex-col gap-5">
      {made ? (
        <>
          <div className="rounded-xl bg-success-soft p-3">
            <output className="mb-2 block px-1 font-medium text-success">
              {t(made.copied ? "copiedNow" : "ready")}
            </output>
            <LinkCard
              share={shares.data?.items.find((share) => share.id === made.share.id) ?? made.share}
              onGone={() => setMade(null)}
            />
          </div>
          <ReachWarning url={made.share.url} />
          <div className="flex flex-wrap justify-end gap-2">
            <Button
              onClick={() => {
                setMade(null);
                onRequest(form.allowUpload);
              }}
            >
              <Link2 />
              {t("createAnother")}
            </Button>
            <Button
              variant="primary"
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the button that had the focus is gone, and the link has been copied
              autoFocus
              onClick={onClose}
            >
              {t("done")}
            </Button>
          </div>
        </>
      ) : (
        <>
          <LinkFormFields form={form} onChange={change} folder={file.kind === "folder"} />
          <FormProblem problem={problem} />
          <Button variant="primary" size="lg" busy={busy} disabled={!isComplete(form)} onClick={() => void create()}>
            <Link2 />
            {t("createAndCopy")}
          </Button>
        </>
      )}
      {shares.error && (
        <ErrorState
          title={t("notLoaded")}
          error={shares.error}
          onRetry={() => void shares.refetch()}
          className="py-4"
        />
      )}
      {others.length > 0 && (
        <section>
          <h3 className="mb-2 font-semibold">{t(made ? "moreLinks" : "existing", { count: others.length })}</h3>
          <ul className="flex flex-col gap-2">
            {others.map((share) => (
              <li key={share.id}>
                <LinkCard share={share} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
