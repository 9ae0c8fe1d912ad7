type Asker = () => Promise<boolean>;

let asker: Asker | null = null;
let asked: Promise<boolean> | null = null;

/** The dialog that asks a person to confirm who they are, wherever the page has one. Returns what takes it away. */
export function setProofAsker(next: Asker): () => void {
  asker = next;
  return () => {
    if (asker === next) asker = null;
  };
}

/** Whether the person has just confirmed who they are. Several requests that need it at once ask one time. */
export function askForProof(): Promise<boolean> {
  if (!asker) return Promise.resolve(false);
  asked ??= asker().finally(() => {
    asked = null;
  });
  return asked;
}
