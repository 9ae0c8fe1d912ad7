import { NotificationSettings } from "@/features/activity/notifications/notification-settings";
import { AccountScreen } from "@/features/auth/account/account-screen";
import { MyActivity } from "@/features/operate/access-log/my-activity";

export default function Page() {
  return <AccountScreen activity={<MyActivity />} notifications={<NotificationSettings />} />;
}
