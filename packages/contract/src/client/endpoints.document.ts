import type { Operation } from "../base/operation.ts";

const head = `// Written by "npm run generate" from the operations of this package. Not to be changed by hand.
import type * as contract from "../../index.ts";
import type { Endpoint } from "../endpoint.ts";
`;

/** The module of every operation's endpoint, under the operation's name. */
export function renderEndpoints(operations: readonly Operation[]): string {
  return [head, ...operations.map(renderEndpoint)].join("\n");
}

function renderEndpoint({ id, method, path, result }: Operation): string {
  const silent = result === null ? ", result: null" : "";
  return `export const ${id}: Endpoint<typeof contract.${id}> = { method: "${method}", path: "${path}"${silent} };\n`;
}
