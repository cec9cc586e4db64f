/** Replaces each occurrence of each secret. `secrets` longest first, so that no tail of a longer one stays. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) {
    if (masked.includes(secret)) masked = masked.replaceAll(secret, "[key hidden]");
  }
  return masked;
}
