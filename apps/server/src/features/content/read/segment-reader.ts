import { createHash } from "node:crypto";
import { type ByteRange, digestObject, type ObjectStore, type OpenedObject, type Sink } from "@holdfast/storage";
import { segmentKey } from "../segment.ts";
import { contentDamaged, contentHealing, isDamage, SegmentDamaged } from "./damage.ts";
import type { VerifiedNotes } from "./note-verified.ts";
import { VerifiedSegments } from "./verified-segments.ts";

export interface Segment {
  sha256: Buffer;
  size: number;
}

/**
 * The one way from the store to whoever reads a person's bytes. What it pushes is as long as the segment is, and was verified against its
 * name within the bound that the settings say, by this process, and not written since: before its first byte, never after. What is
 * damaged is healed where a copy can be found, and refused otherwise.
 */
export interface SegmentReader {
  /**
   * Pushes the bytes of a segment, or a range of it, in order, all of them or rejects. A chunk is valid until the sink's promise settles.
   * @param ahead what `ahead` returned for this segment
   * @throws content_damaged, data_unreadable, StorageError, and what `sink` throws
   */
  read(segment: Segment, sink: Sink, range?: ByteRange, ahead?: Ahead): Promise<void>;
  /** Begins to verify a segment that will be read soon, while another one is being sent. */
  ahead(segment: Segment): Ahead;
}

/** The version that is being verified; null where nothing has to be done, or where reading will tell what is wrong. */
export type Ahead = Promise<string | null> | null;

export type Heal = (sha256: Buffer) => Promise<boolean>;

export interface SegmentReaderOptions {
  store: ObjectStore;
  /** For so long a segment counts as verified, in milliseconds; 0: each time it is read; null: it is never verified, only measured. */
  verifyEvery: number | null;
  /** Brings a segment back from wherever its bytes are. */
  heal: Heal;
  notes: VerifiedNotes;
}

/** Up to here a whole segment is verified in the one buffer that it is sent from. */
const inOneBuffer = 256 * 1024;
/** A request waits so long for a segment to be healed; healing goes on after that. */
const patienceMs = 15_000;
/** Backups are not searched again and again for what none of them had. */
const hopelessMs = 60_000;
/** A store that changes under every read is not one. */
const mostTries = 6;

export function createSegmentReader(options: SegmentReaderOptions): SegmentReader {
  return new Reader(options);
}

class Reader implements SegmentReader {
  readonly #store: ObjectStore;
  readonly #verifies: boolean;
  readonly #heal: Heal;
  readonly #notes: VerifiedNotes;
  readonly #verified: VerifiedSegments;
  readonly #verifying = new Map<string, Promise<string>>();
  readonly #healing = new Map<string, Promise<boolean>>();
  readonly #hopeless = new Map<string, number>();

  constructor({ store, verifyEvery, heal, notes }: SegmentReaderOptions) {
    this.#store = store;
    this.#verifies = verifyEvery !== null;
    this.#heal = heal;
    this.#notes = notes;
    this.#verified = new VerifiedSegments(verifyEvery ?? 0);
  }

  ahead(segment: Segment): Ahead {
    if (!this.#verifies || segment.size <= inOneBuffer || this.#verified.isFresh(segment.sha256)) return null;
    return this.#verify(segment).catch(() => null);
  }

  async read(segment: Segment, sink: Sink, range?: ByteRange, ahead?: Ahead): Promise<void> {
    const { start, end } = range ?? { start: 0, end: segment.size };
    if (start >= end) return;
    let verified = (await ahead) ?? null;
    const transfer = new Transfer(sink, { start, end });
    for (let tries = 1; ; tries++) {
      try {
        const found = await this.#push(segment, transfer, verified);
        if (found === "sent") return;
        verified = await this.#verify(segment);
      } catch (error) {
        if (transfer.failed || !isDamage(error)) throw error;
        if (tries >= mostTries) throw contentDamaged(error);
        await this.#mend(segment, error);
      }
    }
  }

  /** Sends what is missing of a transfer, where the object may be trusted. */
  async #push(segment: Segment, transfer: Transfer, verified: string | null): Promise<"sent" | "unverified"> {
    const whole = transfer.at === 0 && transfer.end === segment.size;
    const small = whole && segment.size <= inOneBuffer;
    let opened: OpenedObject | null = null;
    let trusted = false;
    const judged = small ? new Judged(segment, (chunk) => transfer.push(chunk)) : null;
    const sink: Sink = (chunk) => (trusted || judged === null ? transfer.push(chunk) : judged.take(chunk));
    try {
      await this.#store.get(
        segmentKey(segment.sha256),
        sink,
        whole ? undefined : { start: transfer.at, end: transfer.end },
        (object) => {
          opened = object;
          checkSize(segment, object);
          trusted = !this.#verifies || object.version === verified || this.#verified.trusts(segment.sha256, object);
          if (!trusted && judged === null) throw new Unverified();
        },
      );
    } catch (error) {
      if (error instanceof Unverified) return "unverified";
      throw error;
    }
    if (transfer.at !== transfer.end) throw new SegmentDamaged("It ended too soon.");
    if (!trusted && opened !== null) this.#found(segment, (opened as OpenedObject).version);
    return "sent";
  }

  /** Reads a segment and compares it with its name; whoever asks meanwhile has the same answer. */
  #verify(segment: Segment): Promise<string> {
    const name = segment.sha256.toString("latin1");
    const known = this.#verifying.get(name);
    if (known) return known;
    const verifying = this.#readAndHash(segment).finally(() => this.#verifying.delete(name));
    this.#verifying.set(name, verifying);
    return verifying;
  }

  async #readAndHash(segment: Segment): Promise<string> {
    const check = (object: OpenedObject) => checkSize(segment, object);
    const { sha256, version } = await digestObject(this.#store, segmentKey(segment.sha256), check);
    if (!sha256.equals(segment.sha256)) throw notWhatWasStored();
    this.#found(segment, version);
    return version;
  }

  #found({ sha256 }: Segment, version: string): void {
    this.#verified.add(sha256, version);
    this.#notes.add(sha256);
  }

  /** Resolves once the segment is healed. */
  async #mend({ sha256 }: Segment, damage: unknown): Promise<void> {
    const name = sha256.toString("latin1");
    if (performance.now() < (this.#hopeless.get(name) ?? 0)) throw contentDamaged(damage);
    let healing = this.#healing.get(name);
    if (!healing) {
      healing = this.#heal(sha256).finally(() => this.#healing.delete(name));
      this.#healing.set(name, healing);
    }
    const late = Promise.withResolvers<"late">();
    const timer = setTimeout(() => late.resolve("late"), patienceMs);
    // That it could not even be tried (a database that is away) says nothing about the copies.
    const healed = await Promise.race([healing.catch(() => "late" as const), late.promise]);
    clearTimeout(timer);
    if (healed === true) return;
    if (healed === "late") throw contentHealing(damage);
    this.#hopeless.set(name, performance.now() + hopelessMs);
    if (this.#hopeless.size > 10_000) this.#hopeless.delete(this.#hopeless.keys().next().value as string);
    throw contentDamaged(damage);
  }
}

/** Not known to be right: it has to be read first. */
class Unverified extends Error {}

function checkSize(segment: Segment, object: OpenedObject): void {
  if (object.size !== segment.size) {
    throw new SegmentDamaged(`It has ${object.size} bytes where ${segment.size} were stored.`);
  }
}

function notWhatWasStored(): SegmentDamaged {
  return new SegmentDamaged("Its bytes are not those that were stored.");
}

/** Where a read stands: what has been pushed is never pushed again. */
class Transfer {
  at: number;
  readonly end: number;
  /** Whether it was the sink that failed. */
  failed = false;
  readonly #sink: Sink;

  constructor(sink: Sink, { start, end }: ByteRange) {
    this.#sink = sink;
    this.at = start;
    this.end = end;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.at + chunk.length > this.end) throw new SegmentDamaged("It goes on behind its end.");
    try {
      await this.#sink(chunk);
    } catch (error) {
      this.failed = true;
      throw error;
    }
    this.at += chunk.length;
  }
}

/** Holds a small segment back until all of it is there and right. */
class Judged {
  readonly #segment: Segment;
  readonly #pass: (chunk: Uint8Array) => Promise<void>;
  #gathered: Buffer | null = null;
  #filled = 0;

  constructor(segment: Segment, pass: (chunk: Uint8Array) => Promise<void>) {
    this.#segment = segment;
    this.#pass = pass;
  }

  take(chunk: Uint8Array): Promise<void> | void {
    const { size } = this.#segment;
    if (chunk.length === size) return this.#judge(chunk);
    if (this.#filled + chunk.length > size) throw new SegmentDamaged("It goes on behind its end.");
    this.#gathered ??= Buffer.allocUnsafe(size);
    this.#gathered.set(chunk, this.#filled);
    this.#filled += chunk.length;
    return this.#filled === size ? this.#judge(this.#gathered) : undefined;
  }

  #judge(bytes: Uint8Array): Promise<void> {
    if (!createHash("sha256").update(bytes).digest().equals(this.#segment.sha256)) throw notWhatWasStored();
    return this.#pass(bytes);
  }
}
