import { AppError } from "../lib/app-error.ts";
import { isJsonObject, type JsonObject } from "../lib/json.ts";
import { globalDataFile, readSettings, saveSettings } from "./save-setting.ts";

function providerEntry(settings: JsonObject, providerId: string): JsonObject {
  const { providers } = settings;
  const entry = isJsonObject(providers) && Object.hasOwn(providers, providerId) ? providers[providerId] : undefined;
  return isJsonObject(entry) ? entry : {};
}

/** A key is taken to the letter when it is read again, not as a reference to the environment. */
function escaped(key: string): string {
  return key.replaceAll(/[$`\\]/gu, String.raw`\$&`);
}

/**
 * Stores a provider's key in the global data file, as Crush does. Throws AppError: `usage` for an empty key or one with
 * blanks or control characters (a paste gone wrong), else as saveSettings.
 */
export async function storeKey(globalDataDirectory: string, providerId: string, key: string): Promise<void> {
  const trimmed = key.trim();
  if (trimmed === "" || /[\s\u0000-\u001f\u007f]/u.test(trimmed)) {
    throw new AppError("usage", trimmed === "" ? "the key is empty" : "the key holds blanks or control characters", {
      hint: "copy the whole key, on one line, and nothing else",
    });
  }
  await saveSettings(globalDataFile(globalDataDirectory), () => [
    { keys: ["providers", providerId, "api_key"], value: escaped(trimmed) },
  ]);
}

/** Removes a provider's stored key and token. False where there was none. Throws AppError as saveSettings. */
export async function dropKey(globalDataDirectory: string, providerId: string): Promise<boolean> {
  let isThere = false;
  await saveSettings(globalDataFile(globalDataDirectory), (settings) => {
    const { api_key: key, oauth, ...others } = providerEntry(settings, providerId);
    isThere = key !== undefined || oauth !== undefined;
    const rest = ["api_key", "oauth"].map((name) => ({ keys: ["providers", providerId, name], value: undefined }));
    // An entry that held nothing else would list the provider as configured.
    return Object.keys(others).length === 0 ? [{ keys: ["providers", providerId], value: undefined }] : rest;
  });
  return isThere;
}

/** Ids of the providers whose key or token is stored in the global data file. Throws AppError where it is not valid. */
export function readStoredKeys(globalDataDirectory: string): string[] {
  const settings = readSettings(globalDataFile(globalDataDirectory));
  const { providers } = settings;
  if (!isJsonObject(providers)) return [];
  return Object.keys(providers).filter((id) => {
    const { api_key: key, oauth } = providerEntry(settings, id);
    return (typeof key === "string" && key !== "") || isJsonObject(oauth);
  });
}
