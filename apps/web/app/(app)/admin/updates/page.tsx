import { UpdatesScreen } from "@/features/operate/updates/updates-screen";

export default function Page() {
  return <UpdatesScreen />;
}
