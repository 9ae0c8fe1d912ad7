import fc from "fast-check";
import { expect, test } from "vitest";
import { contentRange, parseRange } from "./ranges.ts";

/** More in a run of one's own: HOLDFAST_TEST_RANGES=50000. */
const numRuns = Number(process.env.HOLDFAST_TEST_RANGES ?? 3000);

/** RFC 9110, 14.1.2, one byte at a time: which bytes does a specification ask for? Null where it is malformed. */
function model(spec: string, size: number): number[] | null {
  const [first, last, ...rest] = spec.split("-") as [string, string | undefined];
  if (last === undefined || rest.length > 0 || (first === "" && last === "")) return null;
  if (![first, last].every((part) => /^[0-9]*$/.test(part))) return null;
  if (first !== "" && last !== "" && BigInt(last) < BigInt(first)) return null;
  const wanted: number[] = [];
  for (let at = 0; at < size; at++) {
    const inside =
      first === ""
        ? BigInt(at) >= BigInt(size) - BigInt(last)
        : BigInt(at) >= BigInt(first) && (last === "" || BigInt(at) <= BigInt(last));
    if (inside) wanted.push(at);
  }
  return wanted;
}

function expected(specs: string[], size: number): number[][] | "unsatisfiable" | null {
  if (specs.length === 0 || specs.length > 16) return null;
  const all = specs.map((spec) => model(spec, size));
  if (all.includes(null)) return null;
  const some = (all as number[][]).filter((bytes) => bytes.length > 0);
  if (some.length === 0) return "unsatisfiable";
  const flat = some.flat();
  return new Set(flat).size === flat.length ? some : null;
}

const number = fc.oneof(
  fc.nat(40).map(String),
  fc.constantFrom("", "0", "00", "007", "9007199254740993", "99999999999999999999"),
);
const spec = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(number, number).map(([a, b]) => `${a}-${b}`) },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }).filter((text) => !text.includes(",")) },
);

test("ranges are those of a model that counts bytes", () => {
  fc.assert(
    fc.property(
      fc.array(spec, { maxLength: 5 }),
      fc.nat(45),
      fc.constantFrom(",", ", ", " ,"),
      (specs, size, comma) => {
        const trimmed = specs.map((text) => text.trim()).filter((text) => text !== "");
        const parsed = parseRange(`bytes=${specs.join(comma)}`, size);
        const bytes = Array.isArray(parsed)
          ? parsed.map(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i))
          : parsed;
        expect(bytes).toEqual(expected(trimmed, size));
      },
    ),
    {
      numRuns,
      examples: [
        [["0-0"], 1, ","],
        [["-0"], 5, ","],
        [[""], 5, ","],
      ],
    },
  );
});

test("other units, no header and too many ranges mean the whole", () => {
  for (const header of [undefined, "", "bytes", "items=0-1", "BYTES=0-1 ", "bytes=", `bytes=${"0-0,".repeat(17)}`]) {
    expect(parseRange(header, 100)).toBeNull();
  }
  expect(contentRange({ start: 5, end: 10 }, 20)).toBe("bytes 5-9/20");
});
