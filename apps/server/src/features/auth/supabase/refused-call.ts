/** A call that is answered here, in the contract's own form, and passed on to nobody. */
export class RefusedCall extends Error {
  override name = "RefusedCall";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
