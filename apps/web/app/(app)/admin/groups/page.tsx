import { GroupsScreen } from "@/features/people/groups/groups-screen";

export default function Page() {
  return <GroupsScreen />;
}
