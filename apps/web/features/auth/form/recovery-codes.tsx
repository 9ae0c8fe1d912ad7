"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { CopyButton } from "@/components/button/copy-button";

/** Shown once: the only time that anybody can see them. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const t = useTranslations("secondFactor");
  const save = () => {
    const address = URL.createObjectURL(new Blob([`${codes.join("\n")}\n`], { type: "text/plain" }));
    const link = Object.assign(document.createElement("a"), { href: address, download: "holdfast-recovery-codes.txt" });
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="text-ink-muted">{t("codesBody")}</p>
      <ol className="grid grid-cols-1 gap-x-6 gap-y-1.5 rounded-xl border bg-canvas p-4 font-mono text-sm sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code} className="select-all">
            {code}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={codes.join("\n")} />
        <Button onClick={save}>
          <Download />
          {t("download")}
        </Button>
        <Button variant="primary" className="ml-auto" onClick={onDone}>
          {t("codesDone")}
        </Button>
      </div>
    </div>
  );
}
