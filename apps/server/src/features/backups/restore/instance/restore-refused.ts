/** Cannot be restored here; the message says why and what to do. */
export class RestoreRefused extends Error {
  override name = "RestoreRefused";
  readonly code: "refused" | "no_room";

  constructor(message: string, code: "refused" | "no_room" = "refused", options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
