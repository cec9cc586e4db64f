/** A project with a loopback model, and databases of the sizes that benchmarks are about. */
import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import type { Readable, Writable } from "node:stream";
import { runProgram } from "../test/harness/run-program.ts";
import { Sandbox } from "../test/harness/sandbox.ts";
import { markdownText } from "./markdown.ts";

/** Ends with the benchmark: it reads its standard input to the end. */
export class ModelServer implements Disposable {
  readonly baseUrl: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, null>,
    lines: AsyncIterator<string>,
    port: string,
  ) {
    this.#process = child;
    this.#lines = lines;
    this.baseUrl = `http://127.0.0.1:${port}/v1`;
  }

  static async start(): Promise<ModelServer> {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, "model-server.ts")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    assert.ok(first.done !== true, "the model server did not start");
    return new ModelServer(child, lines, first.value);
  }

  /** Resolves when a paced answer has been sent whole. */
  async answered(): Promise<void> {
    assert.deepEqual(await this.#lines.next(), { done: false, value: "done" });
  }

  [Symbol.dispose](): void {
    this.#process.stdin.end();
  }
}

export function benchSandbox(server: ModelServer): Sandbox {
  const sandbox = new Sandbox();
  const model = {
    id: "bench-model",
    name: "Bench Model",
    cost_per_1m_in: 1,
    cost_per_1m_out: 2,
    cost_per_1m_in_cached: 0.1,
    cost_per_1m_out_cached: 0,
    context_window: 200_000,
    default_max_tokens: 8000,
    can_reason: false,
    supports_attachments: false,
  };
  const provider = {
    name: "Bench",
    type: "openai-compat",
    base_url: server.baseUrl,
    api_key: "bench-key",
    models: [model],
  };
  const choice = { provider: "bench", model: model.id };
  sandbox.writeGlobalConfig({
    providers: { bench: provider },
    models: { large: choice, small: choice },
    options: { disable_default_providers: true, disable_provider_auto_update: true },
  });
  return sandbox;
}

/** Lets the program itself create the database, so that the rows below join whatever it keeps beside them. */
async function createDatabase(sandbox: Sandbox): Promise<void> {
  const result = await runProgram({ sandbox, args: ["run", "-q", "hello"] });
  assert.equal(result.code, 0, result.stderr);
}

interface Inserts {
  readonly session: (id: string, title: string, atSeconds: number) => void;
  readonly message: (row: {
    readonly sessionId: string;
    readonly role: string;
    readonly text: string;
    readonly atSeconds: number;
  }) => void;
}

function inDatabase(sandbox: Sandbox, fill: (inserts: Inserts) => void): void {
  const database = new DatabaseSync(sandbox.database);
  try {
    database.exec("PRAGMA foreign_keys=ON; BEGIN IMMEDIATE; PRAGMA defer_foreign_keys=ON");
    const session = database.prepare("INSERT INTO sessions (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)");
    const message = database.prepare(
      `INSERT INTO messages (id, session_id, role, parts, model, provider, created_at, updated_at, finished_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    fill({
      session: (id, title, atSeconds) => session.run(id, title, atSeconds, atSeconds),
      message: ({ sessionId, role, text, atSeconds }) => {
        const isAnswer = role === "assistant";
        const finish = { reason: isAnswer ? "end_turn" : "stop", time: isAnswer ? atSeconds : 0 };
        const parts = JSON.stringify([
          { type: "text", data: { text } },
          { type: "finish", data: finish },
        ]);
        const model = isAnswer ? "bench-model" : "";
        const provider = isAnswer ? "bench" : null;
        const finishedAt = isAnswer ? atSeconds : null;
        message.run(randomUUID(), sessionId, role, parts, model, provider, atSeconds, atSeconds, finishedAt);
      },
    });
    database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    database.close();
  }
}

const baseSeconds = 1_700_000_000;

export async function fillWithSessions(sandbox: Sandbox, count: number): Promise<void> {
  await createDatabase(sandbox);
  inDatabase(sandbox, (inserts) => {
    for (let index = 0; index < count; index += 1) {
      const sessionId = randomUUID();
      const atSeconds = baseSeconds + index * 60;
      inserts.session(sessionId, `Session number ${index}: a task of the usual kind`, atSeconds);
      inserts.message({ sessionId, role: "user", text: `Please do task ${index}.`, atSeconds });
      inserts.message({ sessionId, role: "assistant", text: markdownText(1000, index), atSeconds: atSeconds + 5 });
    }
  });
}

/** One session of `count` messages whose answers are markdown of `sizeBytes` in all; answers its id. */
export async function fillWithMessages(
  sandbox: Sandbox,
  size: { readonly count: number; readonly sizeBytes: number },
): Promise<string> {
  await createDatabase(sandbox);
  const sessionId = randomUUID();
  const answerLength = Math.floor(size.sizeBytes / (size.count / 2));
  inDatabase(sandbox, (inserts) => {
    inserts.session(sessionId, "A long conversation", baseSeconds);
    for (let index = 0; index < size.count; index += 2) {
      const atSeconds = baseSeconds + index * 30;
      inserts.message({ sessionId, role: "user", text: `Question ${index}: what comes next?`, atSeconds });
      const text = `${markdownText(answerLength - 400, index)}Answer ${index} ends here.`;
      inserts.message({ sessionId, role: "assistant", text, atSeconds: atSeconds + 10 });
    }
  });
  return sessionId;
}

/** Waits for a child process of the benchmark's own. */
export async function exitOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  const [code] = (await once(child, "close")) as [number | null];
  return code;
}
