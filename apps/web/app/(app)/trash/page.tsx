import { TrashScreen } from "@/features/files/trash/trash-screen";

export default function Page() {
  return <TrashScreen />;
}
