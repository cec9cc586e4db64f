/** A project with a loopback model, and databases of the sizes that benchmarks are about. */
import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import type { Readable, Writable } from "node:stream";
import { runProgram } from "../test/harness/run-program.ts";
import * as v from "valibot";
import type { ScriptedStep } from "../test/harness/model-servers/script.ts";
import type { ModelServerOptions } from "../test/harness/model-servers/start-model-server.ts";
import { repositoryRoot, Sandbox } from "../test/harness/sandbox.ts";
import { scriptedModel, scriptedProvider, useScriptedModel } from "../test/harness/scripted-config.ts";
import { markdownText } from "./markdown.ts";

export const streamSeconds = 10;

const bigAnswer: ScriptedStep = {
  match: { hasTools: true, promptIncludes: "stream" },
  isRepeated: true,
  rate: { deltasPerSecond: 200, charactersPerDelta: 40, seconds: streamSeconds, source: markdownText(80_000, 1) },
};

/** A process of its own, so that its processor time is nobody else's. Ends with the benchmark. */
export class BenchModelServer implements Disposable {
  readonly url: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>, url: string) {
    this.#process = child;
    this.url = url;
  }

  /** Answers at once, and a prompt with the word `stream` at 200 deltas/s of 40 characters; `more` goes before both. */
  static async start(more: readonly ScriptedStep[] = []): Promise<BenchModelServer> {
    const folder = mkdtempSync(path.join(tmpdir(), "crush-bench-"));
    try {
      const options: ModelServerOptions = {
        family: "openai-chat",
        script: [...more, bigAnswer],
        otherwise: { blocks: [{ kind: "text", text: "The answer is ready." }], deltaLength: 100 },
      };
      const file = path.join(folder, "options.json");
      writeFileSync(file, JSON.stringify(options));
      const program = path.join(repositoryRoot, "test", "harness", "model-servers", "serve.ts");
      const child = spawn(process.execPath, [program, file], { stdio: ["pipe", "pipe", "inherit"] });
      const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
      return new BenchModelServer(child, v.parse(v.object({ url: v.string() }), JSON.parse(line)).url);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  [Symbol.dispose](): void {
    this.#process.stdin.end();
  }
}

export function benchSandbox(server: BenchModelServer): Sandbox {
  const sandbox = new Sandbox();
  useScriptedModel(sandbox, { url: server.url });
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
        const model = isAnswer ? scriptedModel : "";
        const provider = isAnswer ? scriptedProvider : null;
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
