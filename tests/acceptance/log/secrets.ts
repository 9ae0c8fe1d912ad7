/** Every secret that was used, by what it is, and where each may be looked for. */
export class Secrets {
  readonly #known = new Map<string, string>();

  /** Remembers a secret and gives it back. */
  add<T extends string | null | undefined>(what: string, value: T): NonNullable<T> {
    if (typeof value !== "string" || value.length < 6) throw new Error(`No secret to look for: ${what} is ${value}`);
    this.#known.set(value, what);
    return value as NonNullable<T>;
  }

  get size(): number {
    return this.#known.size;
  }

  /** What of them stands in a text, as it is or in any form in which it is still one; with the line. */
  findIn(text: string): string[] {
    const lower = text.toLowerCase();
    const found: string[] = [];
    for (const [secret, what] of this.#known) {
      for (const [form, shape] of formsOf(secret)) {
        // What is written in hex is read in either case.
        const at = form === "hex" ? lower.indexOf(shape) : text.indexOf(shape);
        if (at < 0) continue;
        const line = text.slice(text.lastIndexOf("\n", at) + 1).split("\n", 1)[0] as string;
        found.push(`${what} (${form}): ${line.slice(0, 600)}`);
      }
    }
    return found;
  }
}

function formsOf(secret: string): [string, string][] {
  const bytes = Buffer.from(secret);
  const forms: [string, string][] = [
    ["as it is", secret],
    ["in an address", encodeURIComponent(secret)],
    ["in a form", new URLSearchParams({ a: secret }).toString().slice(2)],
    ["in JSON", JSON.stringify(secret).slice(1, -1)],
    ["in JSON twice", JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ["hex", bytes.toString("hex")],
  ];
  // Wherever it begins in what was encoded: the letters that it shares with its neighbours are left out.
  for (const before of [0, 1, 2]) {
    for (const encoding of ["base64", "base64url"] as const) {
      const text = Buffer.concat([Buffer.alloc(before), bytes])
        .toString(encoding)
        .replaceAll("=", "");
      forms.push([
        encoding,
        text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 8) / 6) - 1),
      ]);
    }
  }
  return forms.filter(([, text]) => text.length >= 6);
}
