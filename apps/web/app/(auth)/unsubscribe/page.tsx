import type { Metadata } from "next";
import { UnsubscribeScreen } from "@/features/activity/notifications/unsubscribe-screen";
import messages from "@/messages/en.json";

export const metadata: Metadata = { title: messages.activity.unsubscribe.title };

export default function UnsubscribePage() {
  return <UnsubscribeScreen />;
}
