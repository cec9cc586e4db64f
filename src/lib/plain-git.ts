import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { isInside, realPath } from "./real-path.ts";

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Sections of which no key makes a command that only reads run a program. */
const harmlessSections = setOf(
  "advice author blame branch checkout clone color column commit committer feature fetch format gc grep gui http index init log mailmap maintenance notes pack pull push rebase receive remotes rerere stash status submodule tag transfer user versionsort",
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
  gpg: setOf("format"),
  lfs: setOf("access concurrenttransfers fetchexclude fetchinclude locksverify repositoryformatversion url"),
  merge: setOf("conflictstyle directoryrenames ff guitool log renamelimit renames stat tool verifysignatures"),
  remote: setOf(
    "fetch followremotehead gh-resolved glab-resolved mirror prune prunetags push pushdefault pushurl skipdefaultupdate skipfetchall tagopt url",
  ),
};

/** A header, perhaps with more behind it, as git reads it: `[name]`, `[name "any \" ] thing"]`, `[name.old-style]`. */
const sectionHeader = /^\[([a-z0-9-]+)(?:\.[a-z0-9.-]*)?(?:[ \t]+"(?:[^"\\]|\\.)*")?\][ \t\r]*/i;
const keyLine = /^([a-z][a-z0-9-]*)[ \t]*(?:=(.*))?$/i;

function isHarmlessKey(section: string | undefined, key: string, value: string): boolean {
  if (section === undefined) return false;
  if (section === "core" && key === "fsmonitor") return /^(true|false|)$/i.test(value);
  // `diff` runs git in submodules, whose own configuration it obeys.
  if (section === "diff" && key === "submodule") return /^(short|log)$/.test(value);
  if (harmlessSections.has(section)) return true;
  return Object.hasOwn(harmlessKeys, section) && harmlessKeys[section]?.has(key) === true;
}

/**
 * Each line is read as if it stood alone: one that goes on from the line before it (a backslash at its end) is refused
 * unless it happens to be harmless by itself too, since in a comment the backslash means nothing.
 */
function isHarmlessText(text: string): boolean {
  let section: string | undefined;
  return text.split("\n").every((line) => {
    let rest = line.replace(/^[ \t\r]+/, "");
    for (let header = sectionHeader.exec(rest); header !== null; header = sectionHeader.exec(rest)) {
      section = header[1]?.toLowerCase();
      rest = rest.slice(header[0].length);
    }
    if (rest === "" || /^[#;]/.test(rest)) return true;
    const [, key, value = ""] = keyLine.exec(rest.replace(/\r$/, "")) ?? [];
    return key !== undefined && isHarmlessKey(section, key.toLowerCase(), value.trim());
  });
}

/**
 * Whether git may be run at a worktree's top without the repository itself naming programs to run. A clone never brings
 * such a configuration; files that came in an archive may. Not plain either: anything that is unusual enough to be hard
 * to tell, such as a `.git` file that points into the project.
 */
export function isPlainGit(top: string): boolean {
  // Where `.git` is none after all, git would take the top itself for a repository.
  if (existsSync(path.join(top, "HEAD"))) return false;
  const git = path.join(top, ".git");
  try {
    if (!statSync(git).isDirectory()) return pointsOutside(top, readFileSync(git, "utf8"));
    if (existsSync(path.join(git, "commondir")) || existsSync(path.join(git, "config.worktree"))) return false;
    return isHarmlessText(readFileSync(path.join(git, "config"), "utf8"));
  } catch {
    // Without a repository git has nothing to read; with a broken one it fails by itself.
    return true;
  }
}

/** A linked worktree's repository lies elsewhere, where the files of this project have no say. */
function pointsOutside(top: string, text: string): boolean {
  const target = /^gitdir: ([^\r\n\0]+)[\r\n]*$/.exec(text)?.[1];
  return target !== undefined && !isInside(realPath(top), realPath(target, top));
}
