/**
 * A loopback model of the OpenAI chat format, in a process of its own so that its processor time is nobody else's.
 * A prompt that begins with `stream` gets 200 deltas/s of 40 characters for 10 s; anything else is answered at once.
 * Writes its port as the first line, and `done` after each paced answer.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { markdownText } from "./markdown.ts";

const deltasPerSecond = 200;
const deltaLength = 40;
const durationSeconds = 10;
const deltaCount = deltasPerSecond * durationSeconds;

interface ChatRequest {
  readonly stream?: boolean;
  readonly tools?: readonly unknown[];
  readonly messages?: readonly { readonly role: string; readonly content?: unknown }[];
}

const usage = { prompt_tokens: 1200, completion_tokens: 800, total_tokens: 2000 };

function event(delta: object, finishReason: string | null = null): string {
  const chunk = {
    id: "chatcmpl-bench",
    object: "chat.completion.chunk",
    created: 1,
    model: "bench-model",
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function ending(): string {
  const last = {
    id: "chatcmpl-bench",
    object: "chat.completion.chunk",
    created: 1,
    model: "bench-model",
    choices: [],
    usage,
  };
  return `${event({}, "stop")}data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`;
}

/** Catches up with the clock at each tick, so that a late timer does not slow the rate down. */
function streamPaced(response: ServerResponse): void {
  const text = markdownText(deltaCount * deltaLength, 1);
  const startMs = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(deltaCount, Math.floor(((performance.now() - startMs) / 1000) * deltasPerSecond));
    for (; sent < due; sent += 1) {
      response.write(event({ content: text.slice(sent * deltaLength, (sent + 1) * deltaLength) }));
    }
    if (sent < deltaCount) return;
    clearInterval(timer);
    response.end(ending());
    process.stdout.write("done\n");
  }, 1000 / deltasPerSecond);
  response.on("close", () => {
    clearInterval(timer);
  });
}

async function bodyOf(request: IncomingMessage): Promise<ChatRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString("utf8")) as ChatRequest;
}

function lastPrompt(body: ChatRequest): string {
  const content = body.messages?.findLast((message) => message.role === "user")?.content;
  if (typeof content === "string") return content;
  return Array.isArray(content) ? content.map((part: { text?: string }) => part.text ?? "").join("") : "";
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "POST") {
    response.writeHead(404).end();
    return;
  }
  const body = await bodyOf(request);
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(event({ role: "assistant", content: "" }));
  const isTurn = (body.tools?.length ?? 0) > 0;
  if (isTurn && lastPrompt(body).startsWith("stream")) {
    streamPaced(response);
    return;
  }
  response.end(`${event({ content: isTurn ? "The answer is ready." : "A benchmark" })}${ending()}`);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    response.destroy();
  });
});

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.on("end", () => process.exit(0)).resume();
