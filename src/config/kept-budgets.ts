import { type Budget, type BudgetScope, budgetScopes, noBudget, withWarning } from "../schema/budget.ts";
import type { Config } from "./config.ts";
import { factsOf } from "./file-facts.ts";
import { readSettingsFile } from "./read-settings-file.ts";
import { globalDataFile, saveSetting } from "./save-setting.ts";
import { toBudgets } from "./to-budgets.ts";

/** The config's budgets, until a limit is set in the global data config: by this program, or by another window. */
export class KeptBudgets {
  readonly #directory: string;
  readonly #current: Record<BudgetScope, Budget>;
  /** What that file said when it was last read: only what has changed since is anybody's word. */
  #kept: Config["keptBudgets"];
  #stamp = "";

  constructor(config: Pick<Config, "globalDataDirectory" | "budgets" | "keptBudgets">) {
    this.#directory = config.globalDataDirectory;
    this.#current = { ...config.budgets };
    this.#kept = config.keptBudgets;
  }

  /** Cheap while nobody has written the file. One that can't be read changes nothing. */
  current(): Readonly<Record<BudgetScope, Budget>> {
    const facts = factsOf(globalDataFile(this.#directory));
    const stamp = [facts?.ino, facts?.size, facts?.mtimeMs, facts?.ctimeMs].join(" ");
    if (stamp !== this.#stamp) this.#read();
    this.#stamp = stamp;
    return this.#current;
  }

  /** Null: none. Throws AppError. */
  async setLimit(scope: BudgetScope, limitUsd: number | null): Promise<void> {
    const value = limitUsd === null ? undefined : { limit_usd: limitUsd };
    await saveSetting(this.#directory, { keys: ["budgets", scope], value });
    this.#current[scope] = limitUsd === null ? noBudget : withWarning({ warnUsd: null, limitUsd });
  }

  #read(): void {
    const reading = readSettingsFile(globalDataFile(this.#directory));
    if (reading.kind !== "read") return;
    const kept = toBudgets(reading.settings);
    for (const scope of budgetScopes) {
      const [now, before] = [kept[scope], this.#kept[scope]];
      if (now.warnUsd !== before.warnUsd || now.limitUsd !== before.limitUsd) this.#current[scope] = now;
    }
    this.#kept = kept;
  }
}
