import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { answerClientError } from "./client-errors.ts";

test("a request that never ends is a problem", async () => {
  const slow = createServer({ headersTimeout: 50, connectionsCheckingInterval: 20 }, () => {});
  slow.on("clientError", answerClientError);
  slow.listen(0, "127.0.0.1");
  await once(slow, "listening");
  const socket = connect((slow.address() as AddressInfo).port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost:");
  const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 408 \w/);
  expect(head).toContain("application/problem+json");
  expect(JSON.parse(body)).toMatchObject({ status: 408, code: "request_timeout", requestId: expect.any(String) });
  slow.close();
});
