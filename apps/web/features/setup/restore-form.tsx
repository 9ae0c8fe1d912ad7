"use client";

import type { SetupSnapshot } from "@holdfast/contract";
import { setupRestore, setupRestoreSnapshots } from "@holdfast/contract/client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { call } from "@/lib/api";
import type { Kit } from "./kit";
import { KitDrop } from "./kit-drop";
import { SnapshotChoice } from "./snapshot-choice";

interface Place {
  place: string;
  password: string;
  accessKeyId?: string;
  secretAccessKey?: string;
  region?: string;
}

interface Found {
  place: Place;
  items: SetupSnapshot[];
}

type RestoreFormProps = { token: string; onToken: (token: string) => void; onBegun: () => void };

/** Where the backups are and what opens them; then which one. */
export function RestoreForm({ token, onToken, onBegun }: RestoreFormProps) {
  const t = useTranslations("setup");
  const auth = useTranslations("auth");
  const [kit, setKit] = useState<Kit | null>(null);
  const [place, setPlace] = useState("");
  const [password, setPassword] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const isBucket = place.trim().startsWith("s3:");

  const look = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const bucket = {
      accessKeyId: text("accessKeyId"),
      secretAccessKey: text("secretAccessKey"),
      region: text("region"),
    };
    const where: Place = { place: place.trim(), password: password.trim(), ...(isBucket ? bucket : {}) };
    const { items } = await call(setupRestoreSnapshots, { body: { token: token.trim(), ...where } });
    setFound({ place: where, items });
  });
  const begin = useSubmit(async (data) => {
    if (!found) return;
    const snapshotId = String(data.get("snapshot"));
    await call(setupRestore, { body: { token: token.trim(), ...found.place, snapshotId } });
    onBegun();
  });

  if (found) {
    return (
      <form method="post" onSubmit={begin.onSubmit} className="flex flex-col gap-4" noValidate>
        <SnapshotChoice items={found.items} place={found.place.place} />
        <FormProblem problem={begin.problem} />
        <div className="grid grid-cols-[auto_1fr] gap-2">
          <Button variant="ghost" size="lg" disabled={begin.busy} onClick={() => setFound(null)}>
            {t("back")}
          </Button>
          <Button
            type="submit"
            variant="primary"
            size="lg"
            busy={begin.busy}
            disabled={!found.items.some(({ problem }) => problem === null)}
          >
            {t("begin")}
          </Button>
        </div>
      </form>
    );
  }
  return (
    <form method="post" onSubmit={look.onSubmit} className="flex flex-col gap-4" noValidate>
      <p className="text-ink-muted">{t("body")}</p>
      <Field
        label={auth("setupToken")}
        name="token"
        hint={auth("setupTokenHint")}
        value={token}
        onChange={(event) => onToken(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        required
      />
      <KitDrop
        read={kit !== null}
        onKit={(next) => {
          setKit(next);
          setPassword(next.password);
          if (next.places[0]) setPlace(next.places[0]);
        }}
      />
      <div className="flex flex-col gap-2">
        <Field
          label={t("place")}
          name="place"
          hint={t("placeHint")}
          value={place}
          onChange={(event) => setPlace(event.target.value)}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          required
        />
        {kit && kit.places.length > 1 && <Places places={kit.places} chosen={place} onChoose={setPlace} />}
      </div>
      {isBucket && (
        <>
          <Field label={t("accessKeyId")} name="accessKeyId" autoComplete="off" spellCheck={false} required />
          <Field label={t("secretAccessKey")} name="secretAccessKey" type="password" autoComplete="off" required />
          <Field label={t("region")} name="region" defaultValue="us-east-1" autoComplete="off" spellCheck={false} />
        </>
      )}
      <Field
        label={t("password")}
        name="password"
        hint={t("passwordHint")}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        type="password"
        autoComplete="off"
        required
      />
      <FormProblem problem={look.problem} />
      <Button type="submit" variant="primary" size="lg" busy={look.busy}>
        {t("look")}
      </Button>
    </form>
  );
}

type PlacesProps = { places: string[]; chosen: string; onChoose: (place: string) => void };

/** The other places that the kit names. */
function Places({ places, chosen, onChoose }: PlacesProps) {
  const t = useTranslations("setup");
  return (
    <ul aria-label={t("places")} className="flex flex-col gap-1">
      {places.map((place) => (
        <li key={place}>
          <button
            type="button"
            aria-pressed={place === chosen}
            onClick={() => onChoose(place)}
            className="w-full break-all rounded-md px-2 py-1.5 text-left text-[0.8125rem] hover:bg-hover aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
          >
            {place}
          </button>
        </li>
      ))}
    </ul>
  );
}
