import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { MaintenanceBanner } from "@/features/operate/maintenance/maintenance-banner";
import { RecipientPage } from "@/features/sharing/recipient/recipient-page";
import { formatBytes } from "@/lib/format";
import { publicShareOf } from "@/lib/request/server-api";
import { visibleName } from "@/lib/safe-name";
import messages from "@/messages/en.json";

type Props = { params: Promise<{ token: string }> };

/** What chat apps show of a link. With a password in front, they learn nothing. */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const share = await publicShareOf((await params).token);
  const file = share?.file;
  if (!file) return { title: messages.recipient.lockedTitle, robots: { index: false } };
  const from = share.sender
    ? messages.recipient.metaFrom.replace("{sender}", share.sender)
    : messages.recipient.metaShared;
  const title = visibleName(file.name);
  const description = file.kind === "file" ? `${formatBytes(file.fileSize)} · ${from}` : from;
  return {
    title,
    description,
    robots: { index: false },
    openGraph: { title, description, siteName: "Holdfast", type: "website" },
    twitter: { card: "summary", title, description },
  };
}

export default async function SharePage({ params }: Props) {
  const { token } = await params;
  const share = await publicShareOf(token);
  if (share === null) notFound();
  return (
    <>
      <MaintenanceBanner />
      <RecipientPage token={token} initial={share} />
    </>
  );
}
