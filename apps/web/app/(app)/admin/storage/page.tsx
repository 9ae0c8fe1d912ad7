import { StorageScreen } from "@/features/operate/storage/storage-screen";

export default function Page() {
  return <StorageScreen />;
}
