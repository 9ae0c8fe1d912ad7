import { Suspense } from "react";
import { AlertsScreen } from "@/features/operate/alerts/alerts-screen";

export default function Page() {
  return (
    <Suspense>
      <AlertsScreen />
    </Suspense>
  );
}
