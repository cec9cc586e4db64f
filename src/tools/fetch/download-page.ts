const redirectsMax = 10;

export interface PageRequest {
  readonly url: URL;
  readonly timeoutMs: number;
  readonly bytesMax: number;
  readonly signal: AbortSignal;
}

export type Page =
  | {
      readonly kind: "page";
      readonly bytes: Buffer;
      /** The server's, in lower case; "" where it gave none. */
      readonly contentType: string;
      /** There was more than the limit. */
      readonly isCut: boolean;
    }
  | { readonly kind: "problem"; readonly message: string };

function problem(message: string): Page {
  return { kind: "problem", message };
}

/** The permission was for one host; `www.` before it and a change to https are the same place. */
function isSamePlace(from: URL, to: URL): boolean {
  const host = (url: URL): string => url.hostname.replace(/^www\./, "");
  const keepsPort = from.port === to.port || (from.port === "" && to.port === "");
  return (to.protocol === "https:" || to.protocol === from.protocol) && host(from) === host(to) && keepsPort;
}

/** Where a response points to; undefined where it is no redirect. */
function redirectOf(response: Response, url: URL): URL | undefined {
  const location = response.headers.get("location");
  const isRedirect = [301, 302, 303, 307, 308].includes(response.status);
  return isRedirect && location !== null && URL.canParse(location, url) ? new URL(location, url) : undefined;
}

async function readBody(response: Response, bytesMax: number): Promise<{ bytes: Buffer; isCut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || value === undefined) break;
    chunks.push(value);
    size += value.length;
    if (size > bytesMax) {
      await reader?.cancel();
      return { bytes: Buffer.concat(chunks).subarray(0, bytesMax), isCut: true };
    }
  }
  return { bytes: Buffer.concat(chunks), isCut: false };
}

async function follow(request: PageRequest, signal: AbortSignal): Promise<Page> {
  let { url } = request;
  for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
    const response = await fetch(url, {
      redirect: "manual",
      signal,
      headers: { "user-agent": "crush-ts", accept: "text/html,text/*,application/json;q=0.9,*/*;q=0.5" },
    });
    const target = redirectOf(response, url);
    if (target === undefined) {
      if (!response.ok) {
        await response.body?.cancel();
        return problem(`Request failed with status code: ${response.status}`);
      }
      const contentType = (response.headers.get("content-type") ?? "").toLowerCase();
      return { kind: "page", contentType, ...(await readBody(response, request.bytesMax)) };
    }
    await response.body?.cancel();
    if (!isSamePlace(url, target)) {
      return problem(`${url.href} redirects to another host: ${target.href}. Fetch that address to go on.`);
    }
    url = target;
  }
  return problem(`${request.url.href} redirects more than ${redirectsMax} times`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error.message}${cause}`;
}

/** Gets a page; redirects are followed on the same host only. Never throws. */
export async function downloadPage(request: PageRequest): Promise<Page> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  try {
    return await follow(request, AbortSignal.any([request.signal, timeout]));
  } catch (error) {
    if (request.signal.aborted) return problem("The fetch was canceled.");
    if (timeout.aborted) return problem(`No complete answer within ${request.timeoutMs / 1000} s: ${request.url.href}`);
    return problem(`Failed to fetch ${request.url.href}: ${reasonOf(error)}`);
  }
}
