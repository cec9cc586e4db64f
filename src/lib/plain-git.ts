import { accessSync, constants, existsSync, lstatSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { isInside, realPath } from "./real-path.ts";

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/**
 * Sections of which no key makes a command that only reads run a program. Some name programs all the same: for the network
 * (`credential`), for commands that change something (`mergetool`), for tools beside git (`git-p4`), or under names that
 * git has no command for (`alias`).
 */
const harmlessSections = setOf(
  "advice alias author blame branch checkout clone color column commit commitgraph committer credential difftool feature fetch format gc git-p4 git-town gitflow gitreview grep gui http i18n index init interactive log mailmap maintenance mergetool notes pack pretty protocol pull push rebase receive remotes rerere sendemail stash status submodule svn-remote tag transfer uploadpack url user versionsort worktree",
);

/**
 * Of the other sections that are common, the keys that do not. What is not listed here may name a program
 * (`diff.*.textconv`, `merge.*.driver`, `lfs.extension.*.clean`), take in more configuration (`include.path`) or
 * make git fetch what is missing from wherever the repository says (`remote.*.promisor`).
 */
const harmlessKeys: Readonly<Record<string, ReadonlySet<string>>> = {
  core: setOf(
    "abbrev autocrlf bare bigfilethreshold checkroundtripencoding checkstat commentchar commentstring commitgraph compression deltabasecachelimit eol excludesfile filemode fscache fsync fsyncmethod fsyncobjectfiles hidedotfiles ignorecase logallrefupdates longpaths loosecompression maxtreedepth multipackindex notesref packedgitlimit packedgitwindowsize precomposeunicode preloadindex protecthfs protectntfs quotepath repositoryformatversion safecrlf sharedrepository sparsecheckout sparsecheckoutcone splitindex symlinks trustctime untrackedcache warnambiguousrefs whitespace",
  ),
  diff: setOf(
    "algorithm autorefreshindex binary cachetextconv colormoved colormovedws context dirstat guitool ignoresubmodules indentheuristic interhunkcontext mnemonicprefix noprefix relative renamelimit renames statgraphwidth suppressblankempty tool wordregex wserrorhighlight xfuncname",
  ),
  extensions: setOf("compatobjectformat noop objectformat preciousobjects refstorage relativeworktrees"),
  gpg: setOf("allowedsignersfile format mintrustlevel revocationfile"),
  lfs: setOf("access concurrenttransfers fetchexclude fetchinclude locksverify repositoryformatversion url"),
  merge: setOf("conflictstyle directoryrenames ff guitool log renamelimit renames stat tool verifysignatures"),
  remote: setOf(
    "fetch followremotehead gh-resolved glab-resolved mirror prune prunetags push pushdefault pushurl skipdefaultupdate skipfetchall tagopt url",
  ),
};

/** Those of a partial clone: git learns from them where to fetch what is missing, while it reads. */
const fetchingKeys: Readonly<Record<string, ReadonlySet<string>>> = {
  extensions: setOf("partialclone"),
  remote: setOf("partialclonefilter promisor"),
};

type HarmlessKeys = readonly (typeof harmlessKeys)[];

/** A header, perhaps with more behind it, as git reads it: `[name]`, `[name "any \" ] thing"]`, `[name.old-style]`. */
const sectionHeader = /^\[([a-z0-9-]+)(?:\.[a-z0-9.-]*)?(?:[ \t]+"(?:[^"\\]|\\.)*")?\][ \t\r]*/i;
const keyLine = /^([a-z][a-z0-9-]*)[ \t]*(?:=(.*))?$/i;

interface Setting {
  readonly section: string | undefined;
  readonly key: string;
  readonly value: string;
}

function isHarmlessSetting({ section, key, value }: Setting, known: HarmlessKeys): boolean {
  if (section === undefined) return false;
  if (section === "core" && key === "fsmonitor") return /^(true|false|)$/i.test(value);
  // `diff` runs git in submodules, whose own configuration it obeys.
  if (section === "diff" && key === "submodule") return /^(short|log)$/.test(value);
  if (harmlessSections.has(section)) return true;
  return known.some((keys) => Object.hasOwn(keys, section) && keys[section]?.has(key) === true);
}

/**
 * Each line is read as if it stood alone: one that goes on from the line before it (a backslash at its end) is refused
 * unless it happens to be harmless by itself too, since in a comment the backslash means nothing.
 */
function isHarmlessText(text: string, known: HarmlessKeys): boolean {
  let section: string | undefined;
  return text.split("\n").every((line) => {
    let rest = line.replace(/^[ \t\r]+/, "");
    for (let header = sectionHeader.exec(rest); header !== null; header = sectionHeader.exec(rest)) {
      section = header[1]?.toLowerCase();
      rest = rest.slice(header[0].length);
    }
    if (rest === "" || /^[#;]/.test(rest)) return true;
    const [, key, value = ""] = keyLine.exec(rest.replace(/\r$/, "")) ?? [];
    if (key === undefined) return false;
    return isHarmlessSetting({ section, key: key.toLowerCase(), value: value.trim() }, known);
  });
}

/** Whether git takes that directory for a repository, where it takes the directory around it for none. */
function isRepository(git: string): boolean {
  try {
    accessSync(path.join(git, "objects", "."), constants.X_OK);
    accessSync(path.join(git, "refs", "."), constants.X_OK);
    const head = path.join(git, "HEAD");
    return lstatSync(head).isFile() && /^(?:ref: refs\/|[0-9a-f]{40})/.test(readFileSync(head, "latin1"));
  } catch {
    return false;
  }
}

function isPlain(top: string, known: HarmlessKeys): boolean {
  const git = path.join(top, ".git");
  try {
    const found = statSync(git, { throwIfNoEntry: false });
    if (found?.isFile() === true) return pointsOutside(top, readFileSync(git, "utf8"));
    // Where `.git` is none after all, git would take the top itself for a repository.
    if (existsSync(path.join(top, "HEAD")) && !isRepository(git)) return false;
    if (found === undefined) return true;
    if (existsSync(path.join(git, "commondir")) || existsSync(path.join(git, "config.worktree"))) return false;
    return isHarmlessText(readFileSync(path.join(git, "config"), "utf8"), known);
  } catch {
    // With a broken repository git fails by itself.
    return !existsSync(path.join(top, "HEAD"));
  }
}

/**
 * Whether git may be run at a worktree's top without the repository itself naming programs to run. A clone never brings
 * such a configuration; files that came in an archive may. Not plain either: anything that is unusual enough to be hard
 * to tell, such as a `.git` file that points into the project.
 */
export function isPlainGit(top: string): boolean {
  return isPlain(top, [harmlessKeys]);
}

/** The same for git that is kept from fetching (`quietGitEnvironment`): a partial clone is plain, too. */
export function isPlainWithoutFetching(top: string): boolean {
  return isPlain(top, [harmlessKeys, fetchingKeys]);
}

/** A linked worktree's repository lies elsewhere, where the files of this project have no say. */
function pointsOutside(top: string, text: string): boolean {
  const target = /^gitdir: ([^\r\n\0]+)[\r\n]*$/.exec(text)?.[1];
  return target !== undefined && !isInside(realPath(top), realPath(target, top));
}
