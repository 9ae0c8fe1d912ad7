"use client";

import type { FileRole, Grantee } from "@holdfast/contract";
import { createGrant } from "@holdfast/contract/client";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Button } from "@/components/button/button";
import { IconButton } from "@/components/button/icon-button";
import { inputClass } from "@/components/form/field";
import { LabelledSelect } from "@/components/form/select";
import { call } from "@/lib/api";
import { visibleName } from "@/lib/safe-name";
import { GranteeLine, PersonPicker } from "../members/person-picker";
import { type Expiry, expiresAtOf, expiries, roleItems } from "./role-items";
import { useGrantWork } from "./use-grant-work";

type AddProps = { fileId: string; name: string; folder: boolean };

/** Finds somebody by typing, then asks what they may do and for how long. */
export function AddPeople(props: AddProps) {
  const t = useTranslations("people");
  const [chosen, setChosen] = useState<Grantee | null>(null);
  if (chosen) return <Give {...props} grantee={chosen} onDone={() => setChosen(null)} />;
  return <PersonPicker label={t("add")} onPick={setChosen} />;
}

function Give({ fileId, name, folder, grantee, onDone }: AddProps & { grantee: Grantee; onDone: () => void }) {
  const t = useTranslations("people");
  const id = useId();
  const work = useGrantWork();
  const [role, setRole] = useState<FileRole>("viewer");
  const [expiry, setExpiry] = useState<Expiry>("never");
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);
  const items = roleItems(t, folder);
  const give = async () => {
    setBusy(true);
    const body = {
      ...{ granteeType: grantee.type, granteeId: grantee.id, role, expiresAt: expiresAtOf(expiry) },
      ...(message.trim() ? { message } : {}),
    };
    const done = await work(
      () => call(createGrant, { params: { id: fileId }, body }),
      t("given", { who: grantee.name, what: visibleName(name) }),
    );
    setBusy(false);
    if (done) onDone();
  };
  return (
    <div className="flex flex-col gap-3 rounded-xl border bg-sunken/50 p-3">
      <div className="flex items-center gap-3">
        <GranteeLine name={grantee.name} email={grantee.email} group={grantee.type === "group"} />
        <IconButton label={t("chooseOther")} size="icon-sm" onClick={onDone}>
          <X />
        </IconButton>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <LabelledSelect label={t("mayDo")} value={role} onValueChange={setRole} items={items} />
        <LabelledSelect
          label={t("expires")}
          value={expiry}
          onValueChange={setExpiry}
          items={expiries.map((value) => ({ value, label: t(`expiry.${value}`) }))}
        />
      </div>
      <p className="text-[0.8125rem] text-ink-muted">{items.find(({ value }) => value === role)?.hint}</p>
      <div className="flex flex-col gap-1.5">
        <label htmlFor={id} className="font-medium text-sm">
          {t("message")}
        </label>
        <textarea
          id={id}
          value={message}
          maxLength={1000}
          rows={2}
          onChange={(event) => setMessage(event.target.value)}
          className={`${inputClass} h-auto py-2`}
        />
      </div>
      <Button
        variant="primary"
        busy={busy}
        onClick={() => void give()}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the field that had the focus is gone, and this is the next step
        autoFocus
      >
        {t("give", { who: grantee.name })}
      </Button>
    </div>
  );
}
