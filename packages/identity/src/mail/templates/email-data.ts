export interface EmailData {
  productName: string;
  siteUrl: string;
  /** The account's address; for a change of address the present one. */
  email: string;
  newEmail: string;
  link: string;
  code: string;
  /** Seconds. */
  expiresIn: number;
}
