"use client";

import dynamic from "next/dynamic";

/** Its code comes after the page's own: nearly nobody needs it. */
export const FirstStepsLater = dynamic(() => import("./first-steps").then(({ FirstSteps }) => FirstSteps), {
  ssr: false,
});
