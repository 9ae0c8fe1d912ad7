import type { Notification, NotificationKind } from "@holdfast/contract";

type Sentence = (who: string, what: string, role: string | null) => string;

const sentences: Record<NotificationKind, Sentence> = {
  "grant.given": (who, what, role) => `${who} shared ${what} with you${role ? ` as ${role}` : ""}.`,
  "grant.changed": (who, what, role) =>
    role ? `${who} changed your role on ${what} to ${role}.` : `${who} changed your role on ${what}.`,
  "grant.ended": (who, what) => `${who} no longer shares ${what} with you.`,
  "team.joined": (who, what) => `${who} added you to the team ${what}.`,
  "team.left": (who, what) => `${who} removed you from the team ${what}.`,
  "comment.added": (who, what) => `${who} commented on ${what}`,
  "comment.mentioned": (who, what) => `${who} mentioned you in a comment on ${what}`,
  "file.requested-upload": (_who, what) => `Somebody added ${what} by a link of yours.`,
};

/** What it says in an email, with the names as they were. */
export function sentenceOf({ kind, actor, detail, excerpt }: Notification): string {
  const sentence: Sentence =
    sentences[kind as NotificationKind] ?? ((_who, what) => `Something happened with ${what}.`);
  const said = sentence(actor?.name ?? "Somebody", nameIn(detail), textIn(detail, "role"));
  const message = textIn(detail, "message");
  if (said.endsWith(".")) return message === null ? said : `${said} “${message}”`;
  return excerpt === null ? `${said}.` : `${said}: ${excerpt}`;
}

/** The page that it leads to; null where who is told can open nothing. */
export function linkOf({ kind, file }: Notification, siteUrl: string): string | null {
  if (file === null) return null;
  const isComment = kind.startsWith("comment.");
  if (file.kind === "folder" && !isComment) return `${siteUrl}/files/${file.id}`;
  const folderId = file.kind === "folder" ? file.id : file.folderId;
  return `${siteUrl}/files${folderId === null ? "" : `/${folderId}`}?${isComment ? "comments" : "details"}=${file.id}`;
}

function nameIn(detail: Record<string, unknown>): string {
  const name = textIn(detail, "name") ?? textIn(detail, "fileName");
  return name === null ? "something" : `“${name}”`;
}

function textIn(detail: Record<string, unknown>, key: string): string | null {
  const value = detail[key];
  return typeof value === "string" && value !== "" ? value : null;
}
