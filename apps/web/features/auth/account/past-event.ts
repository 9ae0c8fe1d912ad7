/** A line of a history: when it was stands beside it, and below it on a phone. */
export const pastEventClass =
  "flex flex-col gap-x-3 gap-y-0.5 px-3 py-2.5 sm:flex-row sm:items-center sm:justify-between";
