import {
  addComment,
  type Comment,
  listComments,
  listFileActivity,
  listNotifications,
  writeMention,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";

export const say = (person: Person, fileId: string, text: string): Promise<Comment> =>
  person.call(addComment, { params: { id: fileId }, body: { text } });

export const comments = async (person: Person, id: string) =>
  (await person.call(listComments, { params: { id } })).items;

export const mention = ({ id, email }: Person) => writeMention({ label: email.split("@")[0] as string, id });

export const told = async (person: Person) => (await person.call(listNotifications, {})).items;

export const activity = async (person: Person, id: string) =>
  (await person.call(listFileActivity, { params: { id } })).items;

/** What is asked as a request, for its status and code. */
export async function outcome(person: Person, method: string, path: string, body?: object) {
  const init = body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {};
  const answer = await person.fetch(path, { method, ...init });
  const text = await answer.text();
  return { status: answer.status, code: answer.ok || !text ? null : (JSON.parse(text).code as string) };
}
