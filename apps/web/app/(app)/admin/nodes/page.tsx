import { NodesScreen } from "@/features/operate/nodes/nodes-screen";

export default function Page() {
  return <NodesScreen />;
}
