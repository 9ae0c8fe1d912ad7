/** A condition of a function in SQL that decides who may, and what the function is without it. */
export interface SqlMutant {
  readonly what: string;
  /** The function, of schema `holdfast`. */
  readonly of: string;
  /** Once in its body. */
  readonly find: string;
  readonly replace: string;
  readonly likely: RegExp;
}

const places =
  /expired grant|ex-member|stranger|a file in a folder that stops inheritance|a file above and beside|the file itself/;

const granted = (what: string, find: string, replace: string, likely = places): SqlMutant => ({
  ...{ what, of: "granted_role", find, replace, likely },
});

/** Every condition of the functions that answer roles. One that is written in other words stops the run: this list has to follow. */
export const conditionsInSql: readonly SqlMutant[] = [
  {
    ...{ what: "whose space it is", of: "access_to", find: "f.space_id = principal", replace: "true" },
    likely: /another's is as if|stranger/,
  },
  {
    ...{ what: "who is in a group", of: "grantees_of", find: "m.user_id = principal", replace: "true" },
    likely: /ex-member/,
  },
  granted(
    "whose grants they are",
    "where g.file_id = up.id and g.grantee_id = any (grantees)",
    "where g.file_id = up.id",
  ),
  granted("that grants end", "(g.expires_at is null or g.expires_at > now())", "true", /expired grant/),
  granted("that inheritance stops", "up.counts and up.inherits", "up.counts", /stops inheritance/),
  granted(
    "that what is above counts no more where it stops",
    "where up.counts or (up.parent_id is null and g.role = 'manager')",
    "where true",
    /stops inheritance/,
  ),
  granted(
    "that managers of the space see it all",
    "where up.counts or (up.parent_id is null and g.role = 'manager')",
    "where up.counts",
    /managers of the space/,
  ),
  granted(
    "that only managers of the space do",
    "up.parent_id is null and g.role = 'manager'",
    "up.parent_id is null",
    /of the whole space/,
  ),
  granted("that a team is deleted", "if space.deleted then", "if false then", /deleted team/),
  granted("that a team is archived", "if space.archived then", "if false then", /archived/),
  granted(
    "that uploaders see nothing of an archived team",
    "when given > 1 or space.own then",
    "when true then",
    /archived/,
  ),
  granted("whose a file is", "f.kind = 'file' and f.user_id = principal", "f.kind = 'file'", /uploader/),
  granted("that uploaders see their own", "when space.own then 'viewer'\n    else", "else", /what they brought/),
  granted("what an uploader may", "when 'uploader' then 1", "when 'uploader' then 2", /uploader/),
  granted("what a viewer may", "when 'viewer' then 2", "when 'viewer' then 3", /viewer/),
  granted("what a contributor may", "when 'contributor' then 3", "when 'contributor' then 4", /contributor/),
  granted("what an editor may", "when 'editor' then 4", "when 'editor' then 8", /editor/),
  granted("what a manager may", "else 8 end", "else 4 end", /manager/),
  granted(
    "that roles add up",
    "when given = 3 then 'contributor'",
    "when given = 3 then 'viewer'",
    /a group of viewers|contributor/,
  ),
  granted("what is an editor's alone", "when given >= 4 then 'editor'", "when given >= 4 then 'manager'", /editor/),
  granted("what is a manager's alone", "when given >= 8 then 'manager'", "when given >= 1 then 'manager'", /viewer/),
];
