import { randomUUID } from "node:crypto";
import type pg from "pg";
import { createSpace, type Space } from "../../../../packages/contract/src/index.ts";
import type { Person } from "../../../support/person.ts";
import { giveRole, type Role } from "../../matrix/roles/grants.ts";

/** A team that `maker` manages, with members. */
export async function newTeam(
  pool: pg.Pool,
  maker: Person,
  members: readonly (readonly [Person, Role])[] = [],
  name: string = randomUUID(),
): Promise<Space> {
  const team = await maker.call(createSpace, { body: { name } });
  for (const [person, role] of members) await giveRole(pool, person, team.id, role);
  return team;
}
