import fc from "fast-check";
import { expect, test } from "vitest";
import { mediaTypeOf } from "./media-type.ts";

const png = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");
const zip = Buffer.from("504b0304140000000000000000000000000000000000000000000000000000000000", "hex");

test.each([
  ["picture.png", png, "image/png"],
  ["picture.txt", png, "image/png"],
  ["page.html", png, "image/png"],
  ["page.html", Buffer.from("<p>"), "text/html"],
  ["picture.png", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), "text/plain"],
  ["notes", Buffer.from("grüße"), "text/plain"],
  ["report.docx", zip, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["things.zip", zip, "application/zip"],
  ["document.pdf", Buffer.from("%PDF-1.7\n"), "application/pdf"],
  ["unknown", Buffer.from([0, 1, 2, 3]), "application/octet-stream"],
  ["page.html", Buffer.from([0, 1, 2, 3]), "application/octet-stream"],
  ["half a character.txt", Buffer.concat([Buffer.alloc(4099, "a"), Buffer.from("é").subarray(0, 1)]), "text/plain"],
])("%s", async (name, head, type) => {
  expect(await mediaTypeOf(head, name)).toBe(type);
});

test("any bytes under any name have a media type, never a failure", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 4100 }), fc.string({ maxLength: 20 }), async (head, name) => {
      expect(await mediaTypeOf(Buffer.from(head), name)).toMatch(/^[\w.+-]+\/[\w.+-]+$/);
    }),
    { numRuns: 500 },
  );
});
