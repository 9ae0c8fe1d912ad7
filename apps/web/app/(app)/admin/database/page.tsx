import { DatabaseScreen } from "@/features/operate/database/database-screen";

export default function Page() {
  return <DatabaseScreen />;
}
