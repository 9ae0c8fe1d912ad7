import { randomBytes } from "node:crypto";
import { type Call, createClient, urlOf } from "../../packages/contract/src/client.ts";
import { type File, login, putContent, register, type User } from "../../packages/contract/src/index.ts";

export const testPassword = "correct horse battery";

export interface PutOptions {
  parentId?: string;
  onConflict?: "fail" | "rename" | "replace";
  lastModified?: string;
  headers?: Record<string, string>;
}

/** Somebody who is signed in, with the ways to ask that tests need. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly user: User;
  readonly token: string;
  readonly headers: Record<string, string>;
  /** The typed client; throws ApiError. */
  readonly call: Call;
  /** Any request, path relative to the server, with this person's token. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Stores a file; throws with the answer's text where it is no success. */
  put(name: string, bytes: Uint8Array | string, options?: PutOptions): Promise<File>;
  /** The bytes of a file. */
  read(id: string, query?: string): Promise<Buffer>;
}

type Grant = { user: User; accessToken?: string | undefined };

export function personOf(url: string, grant: Grant): Person {
  const token = grant.accessToken as string;
  const headers = { authorization: `Bearer ${token}` };
  const ask = (path: string, init: RequestInit = {}) => {
    const all = new Headers(headers);
    new Headers(init.headers).forEach((value, name) => all.set(name, value));
    return fetch(url + path, { ...init, headers: all });
  };
  return {
    ...{ id: grant.user.id, email: grant.user.email, user: grant.user, token, headers },
    call: createClient({ baseUrl: url, headers: () => headers }),
    fetch: ask,
    async put(name, bytes, { headers: more, ...query } = {}) {
      const path = urlOf(putContent, { query: { name, ...query } });
      const answer = await ask(path, {
        method: "PUT",
        body: bytes as NonNullable<RequestInit["body"]>,
        headers: more ?? {},
      });
      if (!answer.ok) throw new Error(`PUT ${name}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as File;
    },
    async read(id, query = "") {
      const answer = await ask(`/api/v1/files/${id}/content${query}`);
      if (!answer.ok) throw new Error(`GET ${id}: ${answer.status} ${await answer.text()}`);
      return Buffer.from(await answer.arrayBuffer());
    },
  };
}

/** Makes an account (sign-up must be open) and signs in. */
export async function registerPerson(url: string, name = randomBytes(6).toString("hex")): Promise<Person> {
  const call = createClient({ baseUrl: url });
  const body = { email: `${name}@example.org`, password: testPassword, transport: "bearer" as const };
  const grant = await call(register, { body });
  if (!("user" in grant)) throw new Error("the account has to be confirmed first");
  return personOf(url, grant);
}

export async function signIn(url: string, email: string, password = testPassword): Promise<Person> {
  const call = createClient({ baseUrl: url });
  return personOf(url, await call(login, { body: { email, password, transport: "bearer" } }));
}
