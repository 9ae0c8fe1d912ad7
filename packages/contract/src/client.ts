/* For browsers: every operation's endpoint and a typed client, without a schema. What is only a type comes from the package itself. */

export { type Mention, mentionsOf, splitMentions, writeMention } from "./activity/mentions.ts";
export { type ErrorCode, errorCodes } from "./base/errors.ts";
export type { InputOf, ResultOf } from "./base/operation.ts";
export type { Problem } from "./base/problem.ts";
export * from "./client/client.ts";
export * from "./client/generated/endpoints.ts";
export { ownPath } from "./client/own-path.ts";
