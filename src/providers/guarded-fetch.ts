import { isJsonObject, parseJson } from "../lib/json.ts";
import type { ProviderSettings } from "../schema/model.ts";
import { withPacedBody } from "./paced-body.ts";
import type { BodyEdit } from "./wire-call.ts";
import { AnswerIsNoStreamError } from "./wire-errors.ts";

/** What is read of a body that is no stream. */
const bodyLengthMax = 64 * 1024;

/** A request that a model thinks about sends nothing for minutes: Bun's own limit of five is lifted. Node ignores it. */
interface PatientRequestInit extends RequestInit {
  readonly timeout: false;
}

/**
 * `fetch` as the wire families use it: our own user agent, config's headers and body fields over everything else,
 * and an answer that is no event stream recognised as such instead of read as an empty one.
 */
export function guardedFetch(settings: ProviderSettings, editBody?: BodyEdit): typeof globalThis.fetch {
  const hasExtraBody = Object.keys(settings.extraBody).length > 0;
  const send = async (input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers);
    headers.set("user-agent", "crush-ts");
    for (const [name, value] of Object.entries(settings.extraHeaders)) setHeader(headers, name, value);
    const body = init?.body;
    const isEdited = typeof body === "string" && (hasExtraBody || editBody !== undefined);
    const edited = isEdited ? { body: editedBody(body, settings, editBody) } : {};
    const patient: PatientRequestInit = { ...init, headers, ...edited, timeout: false };
    const response = await fetch(input, patient);
    return response.ok ? withPacedBody(await expectStream(response)) : response;
  };
  return Object.assign(send, { preconnect: () => undefined });
}

/** Config's headers win; the list of Anthropic's beta features adds to what the request itself needs. */
function setHeader(headers: Headers, name: string, value: string): void {
  const needed = name.toLowerCase() === "anthropic-beta" ? headers.get(name) : null;
  headers.set(name, needed === null ? value : `${needed},${value}`);
}

function editedBody(text: string, settings: ProviderSettings, editBody: BodyEdit | undefined): string {
  const body = parseJson(text);
  if (!isJsonObject(body)) return text;
  return JSON.stringify({ ...(editBody?.(body) ?? body), ...settings.extraBody });
}

/** Servers call an event stream by many types; only what calls itself a page or JSON is looked into. */
async function expectStream(response: Response): Promise<Response> {
  const type = response.headers.get("content-type") ?? "";
  if (!/text\/html|application\/(?:problem\+)?json/iu.test(type) || response.body === null) return response;
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const first = await reader.read();
  const start = first.value === undefined ? "" : new TextDecoder().decode(first.value);
  if (/^\s*[<{[]/u.test(start) || first.done) {
    throw new AnswerIsNoStreamError(response.status, start + (await restOf(reader, start.length)));
  }
  return new Response(joined(first.value, reader), { status: response.status, headers: response.headers });
}

async function restOf(reader: ReadableStreamDefaultReader<Uint8Array>, lengthSoFar: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  while (text.length + lengthSoFar < bodyLengthMax) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

function joined(first: Uint8Array, reader: ReadableStreamDefaultReader<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(first);
    },
    pull: async (controller) => {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async (reason) => reader.cancel(reason),
  });
}
