import type { Refusal, WireServerOptions } from "./wire-server.ts";

/** A 401 where the key is missing or wrong. The message repeats the key, as some providers do: nobody may show it. */
export function keyRefusal(key: string | null, options: WireServerOptions): Refusal | null {
  if (options.apiKey === null) return null;
  if (key === null || key === "") return { status: 401, message: "You didn't provide an API key." };
  if (options.apiKey === undefined || key === options.apiKey) return null;
  return { status: 401, message: `Incorrect API key provided: ${key}.` };
}
