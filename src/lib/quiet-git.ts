/**
 * A repository's own settings must not start programs when it is only read: not its watcher, its hooks, the one that
 * checks signatures, nor a transport that fetches missing objects. Content filters are not among these.
 */
export const quietGitOptions: readonly string[] = [
  "--no-optional-locks",
  "--no-pager",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "log.showSignature=false",
];

export const quietGitEnvironment = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
  LC_ALL: "C",
} as const;
