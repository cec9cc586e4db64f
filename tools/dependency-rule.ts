/** Checks `src/` against the table in `layers.ts`. Exit code 1 and one line an offence when it does not hold. */
import { readdirSync } from "node:fs";
import path from "node:path";
import {
  cruise,
  type IConfiguration,
  type ICruiseResult,
  type IFlattenedRuleSet,
  type IModule,
} from "dependency-cruiser";
import { type Layer, type LayerName, layers, sharedPackages } from "./layers.ts";

type ForbiddenRule = NonNullable<IFlattenedRuleSet["forbidden"]>[number];

const root = path.resolve(import.meta.dirname, "..");
const testFile = "\\.test\\.ts$";

function escaped(text: string): string {
  return text.replaceAll(".", "\\.");
}

function importablePath(name: LayerName): string {
  const { contract } = layers[name];
  return contract === undefined ? `^src/${name}/` : `^src/${name}/${escaped(contract)}$`;
}

function layerRules(name: LayerName, layer: Layer): ForbiddenRule[] {
  const allowed = [`^src/${name}/`, ...layer.imports.map(importablePath)];
  const list = layer.imports.map((other) => {
    const { contract } = layers[other];
    return contract === undefined ? other : `${other}/${contract}`;
  });
  const rules: ForbiddenRule[] = [
    {
      name: `layer-${name}`,
      comment: `src/${name} may import ${list.length > 0 ? list.join(", ") : "no other layer"}; hand the rest in from above`,
      severity: "error",
      from: { path: `^src/${name}/` },
      to: { path: "^src/", pathNot: allowed },
    },
  ];
  if (layer.builtins !== undefined) {
    rules.push({
      name: `ports-${name}`,
      comment: `src/${name} may import of Node only ${layer.builtins.join(", ")}; take the rest as a port`,
      severity: "error",
      from: { path: `^src/${name}/`, pathNot: testFile },
      to: { dependencyTypes: ["core"], pathNot: `^(node:)?(${layer.builtins.join("|")})$` },
    });
  }
  return rules;
}

const generalRules: ForbiddenRule[] = [
  {
    name: "no-cycle",
    comment: "imports must not form a circle (types included); move what both need to a lower file",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "product-code-alone",
    comment: "src/ must not import test/, bench/ or tools/",
    severity: "error",
    from: { path: "^src/", pathNot: testFile },
    to: { path: ["^test/", "^bench/", "^tools/", testFile] },
  },
  {
    name: "no-development-package",
    comment: "product code may import only what package.json lists under dependencies",
    severity: "error",
    from: { path: "^src/", pathNot: testFile },
    to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], pathNot: "^node_modules/@types/" },
  },
  {
    name: "not-resolvable",
    comment: "the imported file or package does not exist",
    severity: "error",
    from: {},
    to: { couldNotResolve: true, pathNot: "^bun:" },
  },
];

/** A file in no layer would be under no rule. */
function placeOffences(modules: readonly IModule[]): string[] {
  return modules
    .map((module) => module.source)
    .filter((source) => source.startsWith("src/") && !/^src\/main(?:\.test)?\.ts$/u.test(source))
    .filter((source) => !(layerOf(source) in layers))
    .map((source) => `layer-unknown: ${source} is in no layer of tools/layers.ts; move it into one`);
}

function configuration(): IConfiguration {
  const names = Object.keys(layers) as LayerName[];
  return {
    forbidden: [...names.flatMap((name) => layerRules(name, layers[name])), ...generalRules],
    options: {
      doNotFollow: { path: "node_modules" },
      tsPreCompilationDeps: true,
      tsConfig: { fileName: path.join(root, "tsconfig.json") },
      moduleSystems: ["es6"],
      combinedDependencies: false,
      enhancedResolveOptions: {
        exportsFields: ["exports"],
        conditionNames: ["types", "import", "node", "default"],
        mainFields: ["module", "main", "types"],
      },
    },
  };
}

function layerOf(source: string): string {
  return source.split("/")[1] ?? source;
}

function packageOf(modulePath: string): string {
  const parts = modulePath.split("/");
  return parts[0]?.startsWith("@") === true ? parts.slice(0, 2).join("/") : (parts[0] ?? modulePath);
}

/** Each npm package is imported by one layer only, so that replacing it touches one folder. */
function packageOffences(modules: readonly IModule[]): string[] {
  const users = new Map<string, Set<string>>();
  for (const { source, dependencies } of modules) {
    if (!source.startsWith("src/") || source.endsWith(".test.ts")) continue;
    for (const { module, dependencyTypes } of dependencies) {
      if (!dependencyTypes.some((type) => type.startsWith("npm"))) continue;
      const name = packageOf(module);
      users.set(name, (users.get(name) ?? new Set()).add(layerOf(source)));
    }
  }
  return [...users]
    .filter(([name, folders]) => folders.size > 1 && !sharedPackages.includes(name))
    .map(([name, folders]) => {
      return `one-folder-a-package: ${name} is imported by ${[...folders].toSorted().join(", ")}; wrap it in one of them`;
    });
}

/** A cruiser that found nothing reports no offence, so each file on disk must be among the modules. */
function coverageOffences(modules: readonly IModule[]): string[] {
  const seen = new Set(modules.map((module) => module.source));
  const files = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `src/${file.replaceAll(path.sep, "/")}`);
  if (files.length === 0) return ["coverage: src/ holds no TypeScript file"];
  return files
    .filter((file) => !seen.has(file))
    .map((file) => `coverage: ${file} was not examined (does dependency-cruiser know this TypeScript version?)`);
}

function ruleOffences(result: ICruiseResult, config: IConfiguration): string[] {
  return result.summary.violations.map((violation) => {
    const rule = config.forbidden?.find((candidate) => candidate.name === violation.rule.name);
    const circle = violation.cycle?.map((step) => (typeof step === "string" ? step : step.name)).join(" -> ");
    return `${violation.rule.name}: ${violation.from} -> ${circle ?? violation.to}; ${rule?.comment ?? ""}`;
  });
}

const config = configuration();
process.chdir(root);
const { output } = await cruise(["src"], {
  ...config.options,
  ruleSet: { forbidden: config.forbidden ?? [] },
  validate: true,
});
if (typeof output === "string") throw new Error("dependency-cruiser answered with text instead of a result");
const offences = [
  ...ruleOffences(output, config),
  ...placeOffences(output.modules),
  ...packageOffences(output.modules),
  ...coverageOffences(output.modules),
];
for (const offence of offences) process.stdout.write(`${offence}\n`);
process.stdout.write(`${String(output.modules.length)} modules, ${String(offences.length)} offences\n`);
process.exitCode = offences.length > 0 ? 1 : 0;
