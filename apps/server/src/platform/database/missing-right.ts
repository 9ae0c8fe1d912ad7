interface Connected {
  user?: string | undefined;
  database?: string | undefined;
}

/** What an administrator of the database server has to run so that what was refused (SQLSTATE 42501) is allowed, as a sentence; else null. */
export function missingRight(error: unknown, { user = "", database = "" }: Connected): string | null {
  const { code, message = "" } = (error ?? {}) as { code?: string; message?: string };
  if (code !== "42501") return null;
  return `As an administrator of the database server, run: ${grantFor(message, quoted(user), quoted(database))}`;
}

function grantFor(message: string, user: string, database: string): string {
  if (/create role|CREATEROLE/.test(message)) return `alter role ${user} createrole;`;
  if (/create database/.test(message)) return `alter role ${user} createdb;`;
  return `alter database ${database} owner to ${user};`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
