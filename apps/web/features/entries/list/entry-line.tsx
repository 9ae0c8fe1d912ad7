import { FileName } from "@/components/text/file-name";
import { Time } from "@/components/text/time";
import { formatBytes } from "@/lib/format";
import { FileIcon } from "../kind/file-icon";

type EntryLineProps = {
  entry: { name: string; kind: "file" | "folder"; fileType: string | null; fileSize: number; lastModified: string };
};

/** An entry on one line: what it is, its name, and beneath it size and time. */
export function EntryLine({ entry }: EntryLineProps) {
  return (
    <>
      <FileIcon file={entry} />
      <span className="min-w-0 flex-1">
        <FileName name={entry.name} />
        <span className="block truncate text-ink-muted text-xs">
          {entry.kind === "file" && `${formatBytes(entry.fileSize)} · `}
          <Time at={entry.lastModified} />
        </span>
      </span>
    </>
  );
}
