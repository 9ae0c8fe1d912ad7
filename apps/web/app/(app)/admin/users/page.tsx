import { UsersScreen } from "@/features/admin/users-screen";

export default function Page() {
  return <UsersScreen />;
}
