import { existsSync } from "node:fs";
import path from "node:path";
import { AppError } from "../lib/app-error.ts";
import type { JsonObject } from "../lib/json.ts";
import type { ConfigProblem } from "./config.ts";
import { contextLinks } from "./context-files.ts";
import { linkFactsOf } from "./file-facts.ts";
import { dataDirectory, isInside, isOwn, type Project } from "./find-project.ts";
import { expandHome, type GlobalDirectories } from "./global-directories.ts";
import { mergeSettings } from "./merge-settings.ts";
import { readSettingsFile } from "./read-settings-file.ts";
import type { Settings } from "./settings-schema.ts";
import { type DangerousSetting, splitSettings } from "./split-settings.ts";
import { isTrusted, trustHash } from "./trust-record.ts";

/** What counts of one file. */
export interface SettingsLayer {
  readonly file: string;
  readonly settings: JsonObject;
}

/** One of the project's own files: all of it, and what is left without what needs trust. */
interface OwnLayer extends SettingsLayer {
  readonly safe: JsonObject;
  readonly dangerous: readonly DangerousSetting[];
}

export interface ProjectReading {
  readonly project: Project;
  readonly directories: GlobalDirectories;
  /** The files of the machine and the person, lowest precedence first: always believed. */
  readonly globalLayers: readonly SettingsLayer[];
  readonly dataDirectoryFlag: string | undefined;
  readonly trustFlag: boolean;
  readonly onFaultyFile: (problems: readonly ConfigProblem[]) => void;
  readonly onProblem: (problem: ConfigProblem) => void;
}

export interface ProjectSettings {
  /** Lowest precedence first. */
  readonly layers: readonly SettingsLayer[];
  readonly dataDirectory: string;
  readonly trustHash: string | null;
  /** All that needs trust. */
  readonly dangerous: readonly DangerousSetting[];
  readonly isTrusted: boolean;
  readonly trustedLinks: readonly string[];
}

/** Crush's newer format is a Bash script: never run, but named, since its settings are missing here. */
export function noteShellConfig(
  directory: string,
  names: readonly string[],
  onProblem: (problem: ConfigProblem) => void,
): void {
  for (const name of names) {
    const file = path.join(directory, name);
    if (existsSync(file)) onProblem({ file, key: "", reason: "the crushrc format is not read yet; use crush.json" });
  }
}

type ReadLayer = (file: string) => OwnLayer | undefined;

/** Each file is read, and complained about, once. */
function layerReader(reading: ProjectReading): ReadLayer {
  const known = new Map<string, OwnLayer | undefined>();
  return (file) => {
    if (!known.has(file)) known.set(file, readLayer(reading, file));
    return known.get(file);
  };
}

function readLayer(reading: ProjectReading, file: string): OwnLayer | undefined {
  if (!existsSync(file) || reading.globalLayers.some((layer) => layer.file === file)) return undefined;
  if (!isOwn(file, reading.project)) {
    reading.onProblem({ file, key: "", reason: "it belongs to another user, so it is not read" });
    return undefined;
  }
  const result = readSettingsFile(file);
  if (result.kind === "faulty") reading.onFaultyFile(result.problems);
  if (result.kind !== "read") return undefined;
  const { workingDirectory, root } = reading.project;
  const place = { file, workingDirectory, projectRoot: root, home: reading.directories.home };
  return { file, settings: result.settings, ...splitSettings(result.settings, place) };
}

function readLayers(reading: ProjectReading, read: ReadLayer): OwnLayer[] {
  return reading.project.directories
    .flatMap((directory) => {
      noteShellConfig(directory, ["crushrc", ".crushrc"], reading.onProblem);
      return [path.join(directory, "crush.json"), path.join(directory, ".crush.json")];
    })
    .map(read)
    .filter((layer) => layer !== undefined);
}

interface Workspace {
  readonly directory: string;
  readonly isChosen: boolean;
  readonly layers: readonly OwnLayer[];
}

interface WorkspaceInput {
  readonly reading: ProjectReading;
  readonly read: ReadLayer;
  readonly layers: readonly OwnLayer[];
  /** What counts of each layer. */
  readonly pick: (layer: OwnLayer) => JsonObject;
}

/** The data directory that these layers lead to, and the layers with its own `crush.json` on top. */
function findWorkspace({ reading, read, layers, pick }: WorkspaceInput): Workspace {
  const merged = mergeSettings([
    ...reading.globalLayers.map((layer) => layer.settings),
    ...layers.map(pick),
  ]) as Settings;
  const setting = merged.options?.data_directory;
  const { home } = reading.directories;
  const chosen = reading.dataDirectoryFlag || (setting ? expandHome(setting, home) : undefined);
  const directory = dataDirectory(reading.project, chosen, home);
  const own = read(path.join(directory, "crush.json"));
  const isNew = own !== undefined && !layers.includes(own);
  return { directory, isChosen: chosen !== undefined, layers: isNew ? [...layers, own] : layers };
}

/** A `.crush` of the project that leads out of it: the database and its `.gitignore` would be written there. */
function dataLink(workspace: Workspace, root: string): DangerousSetting[] {
  const { directory, isChosen } = workspace;
  if (isChosen || linkFactsOf(directory)?.isSymbolicLink() !== true) return [];
  if (isInside(directory, root)) return [];
  return [{ file: directory, key: "", reason: "is a link that leaves the project", value: "link" }];
}

/**
 * Reads the project's own files. What needs trust counts only where the person has given it, for exactly these values.
 * Throws AppError `config-untrusted` where the data directory itself needs it.
 */
export function readProjectSettings(reading: ProjectReading): ProjectSettings {
  const { project, directories } = reading;
  const read = layerReader(reading);
  const layers = readLayers(reading, read);
  const whole = findWorkspace({ reading, read, layers, pick: (layer) => layer.settings });
  const links = contextLinks(project);
  const dataLinks = dataLink(whole, project.root);
  const dangerous = [...whole.layers.flatMap((layer) => layer.dangerous), ...links, ...dataLinks];
  const hash = trustHash(dangerous, project.root);
  if (hash === null || reading.trustFlag || isTrusted(directories.data, project.root, hash)) {
    return {
      layers: whole.layers,
      dataDirectory: whole.directory,
      trustHash: hash,
      dangerous,
      isTrusted: true,
      trustedLinks: links.map((link) => link.file),
    };
  }
  const wary = findWorkspace({ reading, read, layers, pick: (layer) => layer.safe });
  const [link] = dataLink(wary, project.root);
  if (link !== undefined) {
    throw new AppError("config-untrusted", `${link.file} ${link.reason}`, {
      hint: "run `crush config trust` if that is meant, or name another place with --data-dir",
    });
  }
  const others = wary.layers.filter((layer) => !whole.layers.includes(layer));
  return {
    layers: wary.layers.map(({ file, safe }) => ({ file, settings: safe })),
    dataDirectory: wary.directory,
    trustHash: hash,
    dangerous: [...dangerous, ...others.flatMap((layer) => layer.dangerous)],
    isTrusted: false,
    trustedLinks: [],
  };
}
