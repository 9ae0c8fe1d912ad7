import { OverviewScreen } from "@/features/operate/overview/overview-screen";

export default function Page() {
  return <OverviewScreen />;
}
