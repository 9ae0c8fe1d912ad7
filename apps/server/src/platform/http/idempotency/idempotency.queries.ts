import { statement } from "../../database/statement.ts";

export const findAnswer = statement<[userId: string, key: string], { request_hash: Buffer; answer: Buffer }>(
  "select request_hash, answer from holdfast.idempotency_keys where user_id = $1 and key = $2",
);

export const insertAnswer = statement<[userId: string, key: string, requestHash: Buffer, answer: Buffer]>(
  "insert into holdfast.idempotency_keys (user_id, key, request_hash, answer) values ($1, $2, $3, $4)",
);
