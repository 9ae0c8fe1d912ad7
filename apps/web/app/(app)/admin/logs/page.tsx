import { LogsScreen } from "@/features/operate/logs/logs-screen";

export default function Page() {
  return <LogsScreen />;
}
