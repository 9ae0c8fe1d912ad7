import { formatBytes } from "@/lib/format";
import type { LinkUpload } from "./link-uploads";
import type { PublicShareInfo } from "./public-share";

/** Why a file cannot be sent, by the name of its text and what that names. */
export type Refusal = { text: "fileTooLarge" | "noMoreFiles" | "noMoreBytes"; size: string };

/** Why a link takes no file of this size beside what is chosen already; null where it does. The server counts again, and exactly. */
export function refusalOf(
  takes: PublicShareInfo["takes"],
  chosen: readonly Pick<LinkUpload, "size" | "status">[],
  size: number,
): Refusal | null {
  if (!takes) return null;
  const others = chosen.filter(({ status }) => status !== "failed");
  const bytesLeft = takes.bytesLeft - others.reduce((sum, other) => sum + other.size, 0);
  if (others.length >= takes.filesLeft) return { text: "noMoreFiles", size: "" };
  if (size > takes.maxFileSize) return { text: "fileTooLarge", size: formatBytes(takes.maxFileSize) };
  if (size > bytesLeft) return { text: "noMoreBytes", size: formatBytes(Math.max(0, bytesLeft)) };
  return null;
}
