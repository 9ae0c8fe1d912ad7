import { randomBytes } from "node:crypto";
import { test } from "vitest";
import { adminCreateUser, adminDeleteUser } from "../../packages/contract/src/index.ts";
import { type Person, signIn, testPassword } from "./person.ts";
import { type Surroundings, startServer, type TestServer } from "./server.ts";

/** Where an installation runs already that the tests are to ask, and an administrator of it (`email:password`). */
const given = process.env.HOLDFAST_TEST_URL?.replace(/\/+$/, "") || null;

export const asksGivenServer = given !== null;

/** An installation as a client sees it. */
export interface AnyServer {
  readonly url: string;
  readonly admin: Person;
  person(name?: string): Promise<Person>;
  /** What lies behind HTTP, for an `insideTest`; throws where the server is somebody else's. */
  readonly inside: TestServer;
  close(): Promise<void>;
}

/** A test that looks behind HTTP, or that wants settings of its own. */
export const insideTest = test.extend<{ behind: undefined }>({
  behind: [
    async ({ skip }, use) => {
      skip(asksGivenServer, "looks into the database, the disk or the clock of a server of its own");
      await use(undefined);
    },
    { auto: true },
  ],
});

/** The installation at HOLDFAST_TEST_URL; without it, a server of its own with these settings. */
export async function anyServer(
  env: Record<string, string> = {},
  surroundings: Surroundings | null = null,
): Promise<AnyServer> {
  if (given !== null) return openGivenServer(given);
  const server = await startServer(env, surroundings);
  const { url, admin, person, close } = server;
  return { url, admin, person, close, inside: server };
}

/** Everybody in it is made for the test, its administrator too, and deleted with their files when the test is over. */
async function openGivenServer(url: string): Promise<AnyServer> {
  const [, email, password] = /^([^:]+):(.+)$/.exec(process.env.HOLDFAST_TEST_ADMIN ?? "") ?? [];
  if (!email || !password) throw new Error("HOLDFAST_TEST_ADMIN must be the email:password of an administrator there.");
  const operator = await signIn(url, email, password);
  const made: string[] = [];
  async function make(name: string, role: "user" | "admin"): Promise<Person> {
    const body = { email: `${name}-${randomBytes(5).toString("hex")}@example.org`, password: testPassword, role };
    made.push((await operator.call(adminCreateUser, { body })).id);
    return signIn(url, body.email);
  }
  return {
    url,
    admin: await make("admin", "admin"),
    person: (name = "person") => make(name, "user"),
    get inside(): TestServer {
      throw new Error("This server is somebody else's: the test must be an insideTest.");
    },
    async close() {
      // A test may have deleted some of them.
      for (const id of made) await operator.call(adminDeleteUser, { params: { id } }).catch(() => {});
    },
  };
}
