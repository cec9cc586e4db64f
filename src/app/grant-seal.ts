import type { Config } from "../config/config.ts";
import { grantSecret } from "../config/grant-secret.ts";
import { AppError } from "../lib/app-error.ts";
import { toFileError } from "../lib/file-error.ts";
import type { Grant } from "../schema/permission.ts";

/**
 * Tells the grants that the person gave on this machine from those that came with a repository's `.crush/crush.db`: the
 * end of a grant's id is an HMAC over what it permits and where, by a secret that no project holds.
 */
export class GrantSeal {
  readonly #config: Pick<Config, "globalDataDirectory" | "projectRoot">;
  #secret: string | null = null;

  constructor(config: Pick<Config, "globalDataDirectory" | "projectRoot">) {
    this.#config = config;
  }

  /** The grant with its seal. Throws AppError where the secret can't be made or read. */
  seal(grant: Grant): Grant {
    return { ...grant, id: `${grant.id}.${this.#sealOf(grant, grant.id)}` };
  }

  /** False for every grant that was not sealed here, for this project, and where that can't be told. */
  isOwn(grant: Grant): boolean {
    const [id = "", seal] = grant.id.split(".");
    try {
      return seal !== undefined && seal === this.#sealOf(grant, id);
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  #sealOf({ scope, sessionId, tool, action, pattern }: Grant, id: string): string {
    this.#secret ??= this.#readSecret();
    const what = JSON.stringify([id, this.#config.projectRoot, scope, sessionId, tool, action, pattern]);
    return process.getBuiltinModule("node:crypto").createHmac("sha256", this.#secret).update(what).digest("hex");
  }

  #readSecret(): string {
    try {
      return grantSecret(this.#config.globalDataDirectory);
    } catch (error) {
      throw toFileError(error, "keep the permission");
    }
  }
}
