import { TrashScreen } from "@/features/files/trash-screen";

export default function Page() {
  return <TrashScreen />;
}
