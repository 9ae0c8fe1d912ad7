import { publicSettings, urlOf } from "@holdfast/contract/client";
import type { ReactNode } from "react";
import { EarlyRequests } from "@/components/loading/early-requests";
import { AuthFrame } from "@/features/auth/form/auth-frame";
import { MaintenanceBanner } from "@/features/operate/maintenance/maintenance-banner";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <AuthFrame banner={<MaintenanceBanner />}>
      <EarlyRequests urls={[urlOf(publicSettings, {})]} />
      {children}
    </AuthFrame>
  );
}
