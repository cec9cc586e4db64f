const mask = "[key hidden]";

/** Replaces each occurrence of each secret. `secrets` longest first, so that no tail of a longer one stays. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) {
    if (masked.includes(secret)) masked = masked.replaceAll(secret, mask);
  }
  return masked;
}

/** The same for a text that comes in pieces: what may be the beginning of a secret is held back until more has come. */
export class SecretFilter {
  readonly #secrets: readonly string[];
  #held = "";

  /** `secrets` longest first. */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  push(piece: string): string {
    const text = maskSecrets(this.#held + piece, this.#secrets);
    const heldLength = Math.max(0, ...this.#secrets.map((secret) => beginningAtEnd(text, secret)));
    this.#held = text.slice(text.length - heldLength);
    return text.slice(0, text.length - heldLength);
  }

  /** What was held back: nothing more comes. */
  flush(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}

/** How much of the secret's beginning stands at the text's end. */
function beginningAtEnd(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}
