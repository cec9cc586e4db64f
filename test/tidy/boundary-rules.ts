import path from "node:path";
import ts from "typescript";
import { isProduct, isSource, isTest, nodeRule, type RepositoryFile, type TidyRule } from "./repository.ts";

const sql =
  /^\s*(?:select\s[^;]+\sfrom\s|insert\s+(?:or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(?:unique\s+|virtual\s+|temp\s+)?(?:table|index|trigger|view)\s|alter\s+table\s|drop\s+table\s|pragma\s+\w+|begin\s+immediate|vacuum\s+into)/iu;

function literalText(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) return node.text;
  return undefined;
}

function isOutsideStore(file: RepositoryFile): boolean {
  return isProduct(file) && !file.path.startsWith("src/store/");
}

const sqlInStore = nodeRule({
  name: "SQL stands in src/store only",
  applies: isOutsideStore,
  judge: (node) => {
    const text = literalText(node);
    return text !== undefined && sql.test(text) ? "SQL outside src/store; add a function there and call it" : undefined;
  },
});

const listedColumns = nodeRule({
  name: "SQL lists its columns",
  applies: isProduct,
  judge: (node) => {
    const text = literalText(node);
    return text !== undefined && /\bselect\s+(?:\w+\.)?\*/iu.test(text)
      ? "select * changes with the table; list the columns"
      : undefined;
  },
});

function importedModule(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)
      ? node.moduleSpecifier.text
      : undefined;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    return argument !== undefined && ts.isStringLiteralLike(argument) ? argument.text : undefined;
  }
  return undefined;
}

const oneDriver = nodeRule({
  name: "only src/store/sqlite.ts touches the driver",
  applies: (file) => isProduct(file) && file.path !== "src/store/sqlite.ts",
  judge: (node) =>
    /^(?:node|bun):sqlite$/u.test(importedModule(node) ?? "")
      ? "open databases through src/store/sqlite.ts"
      : undefined,
});

const environmentInConfig = nodeRule({
  name: "process.env is read in src/config only",
  applies: (file) => isProduct(file) && !file.path.startsWith("src/config/"),
  judge: (node) =>
    ts.isPropertyAccessExpression(node) && node.name.text === "env" && node.expression.getText() === "process"
      ? "take the value from Config (src/config reads the environment once)"
      : undefined,
});

const noBun = nodeRule({
  name: "product code uses node: modules only, never Bun's",
  applies: isProduct,
  judge: (node) => {
    const isGlobal = ts.isIdentifier(node) && node.text === "Bun" && !ts.isPropertyAccessExpression(node.parent.parent);
    const isMember = ts.isPropertyAccessExpression(node) && node.expression.getText() === "Bun";
    const isImport = /^bun(?::|$)/u.test(importedModule(node) ?? "");
    return isGlobal || isMember || isImport ? "it must also run on Node; use the node: module" : undefined;
  },
});

function mayLoadLate(file: RepositoryFile): boolean {
  const name = path.basename(file.path);
  return /^load-[a-z0-9-]+\.ts$/u.test(name) || name === "all.ts" || file.path === "src/main.ts";
}

const dynamicImports = nodeRule({
  name: "dynamic imports stand in load-*.ts",
  applies: (file) => isProduct(file) && !mayLoadLate(file),
  judge: (node) =>
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
      ? "move it to a file named load-<what>.ts, so that start-up cost is in sight"
      : undefined,
});

const placesByRoot = nodeRule({
  name: "files of the package are found by src/lib/program-root.ts",
  applies: (file) => isProduct(file) && file.path !== "src/lib/program-root.ts",
  judge: (node) =>
    ts.isMetaProperty(node) || (ts.isIdentifier(node) && node.text === "createRequire")
      ? "in the compiled program modules lie nowhere and no package is resolved; use programFile, threadModule or moduleFolders"
      : undefined,
});

const noBarrels = nodeRule({
  name: "no file passes on the exports of another",
  applies: isSource,
  judge: (node) =>
    ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined
      ? "import from the file that defines it"
      : undefined,
});

function isBoolean(parameter: ts.ParameterDeclaration): boolean {
  const { type, initializer } = parameter;
  const kinds = [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword];
  if (initializer !== undefined && kinds.includes(initializer.kind)) return true;
  if (type === undefined) return false;
  const parts = ts.isUnionTypeNode(type) ? type.types : [type];
  return parts.some((part) => part.kind === ts.SyntaxKind.BooleanKeyword);
}

/** Alone it reads well, as in `setYolo(true)`; beside others nobody can tell what `true` means. */
const noPositionalBooleans = nodeRule({
  name: "no boolean stands among positional parameters",
  applies: (file) => isSource(file) && !isTest(file),
  judge: (node) => {
    if (!ts.isParameter(node) || !isBoolean(node)) return undefined;
    const { parent } = node;
    if (ts.isIndexSignatureDeclaration(parent) || parent.parameters.length < 2) return undefined;
    const isCallback =
      (ts.isArrowFunction(parent) || ts.isFunctionExpression(parent)) && ts.isCallExpression(parent.parent);
    return isCallback ? undefined : "pass an options object, or two functions with names of their own";
  },
});

export const boundaryRules: readonly TidyRule[] = [
  sqlInStore,
  listedColumns,
  oneDriver,
  environmentInConfig,
  noBun,
  dynamicImports,
  placesByRoot,
  noBarrels,
  noPositionalBooleans,
];
