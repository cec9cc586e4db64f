/**
 * Compiles the program, with its runtime and the bytecode of its modules, into `dist/crush`, which starts several times
 * faster than the source does. Runs after each installation (`bin/after-install`); `npm run build` runs it by hand.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const target = path.join(root, "dist", "crush");

function build(): void {
  const unfinished = `${target}.${process.pid}`;
  mkdirSync(path.dirname(target), { recursive: true });
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "build",
      "src/main.ts",
      // A thread's code is found by its address, which no bundler sees.
      ...globSync("src/**/*-worker.ts", { cwd: root }),
      "--compile",
      "--bytecode",
      "--splitting",
      "--minify-syntax",
      "--minify-whitespace",
      "--format=esm",
      "--target=bun",
      "--root=.",
      // What the launcher tells Bun by flags: the current folder is a stranger's.
      "--no-compile-autoload-dotenv",
      "--no-compile-autoload-bunfig",
      "--no-compile-autoload-tsconfig",
      "--no-compile-autoload-package-json",
      `--outfile=${unfinished}`,
    ],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) {
    rmSync(unfinished, { force: true });
    throw new Error(`the program could not be compiled: ${stderr}`);
  }
  renameSync(unfinished, target);
}

build();
