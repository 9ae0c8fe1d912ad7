"use client";

import dynamic from "next/dynamic";
import { useSession } from "@/features/auth/session";

const FirstSteps = dynamic(() => import("./first-steps").then((module) => module.FirstSteps), { ssr: false });

/** The next steps of an administrator, whose code nobody else loads. `whileEmpty`: gone with the first file, so that it takes no room from them. */
export function FirstStepsLater({ whileEmpty = false }: { whileEmpty?: boolean }) {
  const { user } = useSession();
  if (user?.role !== "admin" || (whileEmpty && user.usedBytes > 0)) return null;
  return <FirstSteps named={Boolean(user.displayName)} />;
}
