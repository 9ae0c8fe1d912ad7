const name = "holdfast-restoring";

/** The set-up token of this tab, so that a page that is loaded again goes on showing how far its restore is. Worth nothing after it. */
export function heldToken(): string | null {
  return window.sessionStorage.getItem(name);
}

export function holdToken(token: string | null): void {
  if (token === null) window.sessionStorage.removeItem(name);
  else window.sessionStorage.setItem(name, token);
}
