import type { UploadStatus } from "../types";

/** What the scheduler has to know of an upload. */
export type Work = {
  readonly size: number;
  status: UploadStatus;
  /** Attempts that the server had no time for. */
  tries: number;
  error?: string;
  /** Never goes in one request with others. */
  alone?: boolean;
  /** Stops it while it is being sent; for good: what has arrived is given up too. */
  stop?: (forGood: boolean) => void;
};

/** Files up to this size go in a single request and are never stopped by a pause: they are through in a moment. */
export const smallFile = 1024 * 1024;

/** Several small files by one request. */
export type Together<T extends Work> = {
  /** Whether an item can go in one request with `first`. */
  fits: (first: T, item: T) => boolean;
  /** As `send`, for each; fails where there is no answer for any of those that are still wanted. */
  send: (items: readonly T[], each: EachOf<T>) => Promise<void>;
};

export type EachOf<T extends Work> = {
  isWanted: (item: T) => boolean;
  /** The server does not take this one. */
  refuse: (item: T, error: unknown) => void;
};

export type SchedulerOptions<T extends Work> = {
  /** Sends one, and fails with what the server said. Once it is not wanted any more it begins nothing and reports nothing. */
  send: (item: T, isWanted: () => boolean) => Promise<void>;
  /** Where many small files may go by one request. Needs `resends`. */
  together?: Together<T>;
  setStatus: (item: T, status: UploadStatus) => void;
  /** The server does not take this one: it stays as this leaves it. */
  onRefused: (item: T, error: unknown) => void;
  /** Everything pauses or continues, or the server went away or is back. */
  onChange: () => void;
  /** Each second while something is being sent. */
  onTick: () => void;
  /** What was cut off is sent again automatically. Not where that could store it twice. */
  resends: boolean;
  /** Pauses where the same would meet every file; otherwise each is refused for itself. */
  pausesForAll: boolean;
  slots: () => number;
  largeAtOnce: number;
  isOnline: () => boolean;
  isAnswering: () => Promise<boolean>;
};
