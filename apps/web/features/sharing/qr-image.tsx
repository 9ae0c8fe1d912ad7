"use client";

import { useTranslations } from "next-intl";
import QRCode from "qrcode";
import { useMemo } from "react";

/** Dark on white in both themes: that is what cameras read. */
export function QrImage({ text }: { text: string }) {
  const t = useTranslations("sharing");
  const { path, size } = useMemo(() => {
    const { modules } = QRCode.create(text, { errorCorrectionLevel: "M" });
    let path = "";
    for (let y = 0; y < modules.size; y++) {
      for (let x = 0; x < modules.size; x++) if (modules.get(y, x)) path += `M${x} ${y}h1v1h-1z`;
    }
    return { path, size: modules.size };
  }, [text]);
  return (
    <div className="mt-3 flex justify-center">
      <svg
        role="img"
        aria-label={t("qrAlt")}
        viewBox={`-3 -3 ${size + 6} ${size + 6}`}
        shapeRendering="crispEdges"
        className="size-44 rounded-xl border bg-white"
      >
        <path d={path} fill="#0b1f22" />
      </svg>
    </div>
  );
}
