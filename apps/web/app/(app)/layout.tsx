import { currentSession, urlOf } from "@holdfast/contract/client";
import type { ReactNode } from "react";
import { EarlyRequests } from "@/components/loading/early-requests";
import { ProofAsker } from "@/features/auth/prove/proof-asker";
import { SecondFactorGate } from "@/features/auth/second-factor/second-factor-gate";
import { Shell } from "@/features/shell/shell";

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <EarlyRequests urls={[urlOf(currentSession, {})]} />
      <ProofAsker />
      <SecondFactorGate>
        <Shell>{children}</Shell>
      </SecondFactorGate>
    </>
  );
}
