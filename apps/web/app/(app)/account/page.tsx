import { AccountScreen } from "@/features/auth/account-screen";

export default function Page() {
  return <AccountScreen />;
}
