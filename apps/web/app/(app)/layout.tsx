import type { ReactNode } from "react";
import { SecondFactorGate } from "@/features/auth/second-factor-gate";
import { Shell } from "@/features/shell/shell";

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <SecondFactorGate>
      <Shell>{children}</Shell>
    </SecondFactorGate>
  );
}
