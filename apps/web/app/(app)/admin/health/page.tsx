import { HealthScreen } from "@/features/operate/health/health-screen";

export default function Page() {
  return <HealthScreen />;
}
