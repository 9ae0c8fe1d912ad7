const place = "of the target";

/** A path from the root, of Unix or Windows, or an S3 address: at the beginning of a word, and not a name in quotes. */
const paths = /(the (?:folder|file) )?(?<![\w."“/:])(?:s3:https?:\/\/\S+|\/[^\s"”,;:()]+|[A-Za-z]:\\[^\s"”,;:()]+)/g;

/**
 * A sentence for somebody who is no admin: it says what happened and what to do, and not where things lie on the server. Names of files
 * of theirs stand in quotes and stay.
 * @param location of the target, which may have blanks in it
 */
export function withoutPaths(sentence: string, location?: string): string {
  const replaced = location ? sentence.replaceAll(location, "/target") : sentence;
  return replaced.replace(paths, (found, kind: string | undefined) => {
    const end = /[.!?:,;]+$/.exec(found)?.[0] ?? "";
    return `${kind ? `${kind}${place}` : "a place on the server"}${end}`;
  });
}
