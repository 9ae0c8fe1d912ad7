import { Suspense } from "react";
import { SkeletonRows } from "@/components/feedback/state";
import { AccessLogScreen } from "@/features/operate/access-log/access-log-screen";

export default function Page() {
  return (
    <Suspense fallback={<SkeletonRows />}>
      <AccessLogScreen />
    </Suspense>
  );
}
