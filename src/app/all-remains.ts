import type { Config } from "../config/config.ts";
import type { SessionRemains } from "../store/session-remains.ts";
import { spilledOutputs } from "./spilled-outputs.ts";

/** Every place that keeps something of sessions outside the rows which go with them. A new one is a line here. */
export function allRemains(
  { dataDirectory }: Pick<Config, "dataDirectory">,
  search: SessionRemains,
): readonly SessionRemains[] {
  return [spilledOutputs(dataDirectory), search];
}
