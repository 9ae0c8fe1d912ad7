import type { Metadata } from "next";
import { ReferencePage } from "@/features/reference/reference-page";
import messages from "@/messages/en.json";

export const metadata: Metadata = { title: messages.reference.title };

export default function DocsPage() {
  return <ReferencePage />;
}
