/**
 * The keys of everything that is no command of the whole screen: dialogs, the search in a transcript, the list of paths. An
 * entry is what it does and its keys, the one that is shown first. A config names it `scope.entry`.
 */

interface KeyScope {
  /** Where the keys count, as people read it. */
  readonly place: string;
  /** What is typed there goes into a text field. */
  readonly isTyping: boolean;
  /** The entry that leads out of it. It has escape, whatever else it is given. */
  readonly wayOut: string | null;
  /** A scope whose keys count there too, after its own. */
  readonly shares: "list" | "scroll" | null;
  readonly entries: Readonly<Record<string, readonly [what: string, ...keys: readonly string[]]>>;
}

export const keyScopes = {
  list: {
    place: "every list",
    isTyping: false,
    wayOut: null,
    shares: null,
    entries: {
      up: ["One up", "up", "ctrl+p"],
      down: ["One down", "down", "ctrl+n"],
      "page-up": ["Ten up", "pageUp"],
      "page-down": ["Ten down", "pageDown"],
    },
  },
  scroll: {
    place: "every text that scrolls",
    isTyping: false,
    wayOut: null,
    shares: null,
    entries: {
      up: ["A line up", "up", "k"],
      down: ["A line down", "down", "j"],
      "page-up": ["Ten lines up", "pageUp", "b"],
      "page-down": ["Ten lines down", "pageDown", "f"],
      top: ["To the beginning", "home", "g"],
      bottom: ["To the end", "end", "G"],
    },
  },
  sessions: {
    place: "the list of sessions",
    isTyping: true,
    wayOut: "close",
    shares: "list",
    entries: {
      open: ["Open the session, at what was found", "enter"],
      mark: ["Mark the session (a blank: while nothing is typed)", "space", "ctrl+space", "insert"],
      rename: ["Rename", "ctrl+r"],
      delete: ["Delete, after a question", "ctrl+x"],
      close: ["Take the marks away, close the list", "escape"],
      new: ["New session", "ctrl+t"],
      "all-projects": ["The sessions of the other projects", "tab"],
      pin: ["Pin, or take the pin away", "alt+p", "ctrl+d"],
      tag: ["Tag", "alt+t", "ctrl+g"],
      archive: ["Archive, or bring back", "alt+v", "ctrl+v"],
      fork: ["Fork", "ctrl+f", "alt+f"],
      "open-behind": ["Open in the background", "ctrl+o", "alt+o"],
      "copy-id": ["Copy the id", "ctrl+y", "alt+c"],
      undo: ["Take the last sorting back", "ctrl+z", "alt+z"],
      children: ["Show or hide child sessions", "ctrl+b", "alt+right", "alt+left"],
    },
  },
  "sessions-edit": {
    place: "a new title or tags in the list of sessions",
    isTyping: true,
    wayOut: "back",
    shares: null,
    entries: { done: ["Rename or tag", "enter"], back: ["Leave it as it was", "escape"] },
  },
  "sessions-delete": {
    place: "the question before a delete",
    isTyping: false,
    wayOut: "keep",
    shares: null,
    entries: {
      delete: ["Delete", "y"],
      backups: ["From the backups too, or not", "b"],
      keep: ["Keep the session", "escape", "n"],
    },
  },
  projects: {
    place: "the sessions of other projects",
    isTyping: true,
    wayOut: "close",
    shares: "list",
    entries: {
      open: ["Go to the session, or the project, in this window", "enter"],
      copy: ["Copy the command that opens it in another window", "ctrl+y", "alt+c"],
      "this-project": ["Back to this project", "tab"],
      close: ["Close", "escape"],
    },
  },
  permission: {
    place: "a question for permission",
    isTyping: false,
    wayOut: "deny",
    shares: "scroll",
    entries: {
      "allow-once": ["Allow once", "a", "y"],
      "allow-session": ["Allow for this session", "s"],
      "allow-project": ["Allow for this project", "p"],
      deny: ["Deny", "d", "n", "escape"],
      "deny-why": ["Deny and say why", "r"],
      previous: ["The choice before", "left", "shift+tab"],
      next: ["The next choice", "right", "tab"],
      answer: ["Answer as chosen", "enter"],
      diff: ["Split or unified diff", "t"],
      "full-screen": ["Full screen or not", "f"],
    },
  },
  "permission-reply": {
    place: "the word that goes with a denial",
    isTyping: true,
    wayOut: "back",
    shares: null,
    entries: { deny: ["Deny with this word", "enter"], back: ["Back to the choices", "escape"] },
  },
  palette: {
    place: "the palette",
    isTyping: true,
    wayOut: "close",
    shares: "list",
    entries: {
      run: ["Run the command", "enter"],
      complete: ["Complete its word", "tab"],
      close: ["Close", "escape"],
    },
  },
  find: {
    place: "the search in a session, while it is typed",
    isTyping: true,
    wayOut: "end",
    shares: null,
    entries: {
      older: ["Next match, towards the beginning", "up"],
      newer: ["Next match, towards the end", "down"],
      keep: ["Keep the matches, back to the transcript", "enter", "tab"],
      end: ["End the search", "escape"],
    },
  },
  paths: {
    place: "the paths after @",
    isTyping: true,
    wayOut: "close",
    shares: "list",
    entries: { take: ["Take the path", "tab", "enter"], close: ["Close the list", "escape"] },
  },
  models: {
    place: "the models",
    isTyping: true,
    wayOut: "close",
    shares: "list",
    entries: {
      use: ["Use in this session", "enter"],
      size: ["Large or small", "tab"],
      "use-always": ["Use, and for new sessions", "ctrl+t"],
      close: ["Close", "escape"],
    },
  },
  effort: {
    place: "the reasoning effort",
    isTyping: false,
    wayOut: "back",
    shares: "list",
    entries: { use: ["Use", "enter"], back: ["Back", "escape"] },
  },
  key: {
    place: "the entry of a provider's key",
    isTyping: true,
    wayOut: "back",
    shares: null,
    entries: { store: ["Store", "enter"], back: ["Back", "escape"] },
  },
  onboarding: {
    place: "the first start",
    isTyping: false,
    wayOut: "close",
    shares: "list",
    entries: { choose: ["Choose", "enter"], close: ["Later", "escape"] },
  },
  "onboarding-provider": {
    place: "the providers of the first start",
    isTyping: true,
    wayOut: "back",
    shares: "list",
    entries: { choose: ["Choose", "enter"], back: ["Back", "escape"] },
  },
  todos: {
    place: "todos and waiting prompts",
    isTyping: false,
    wayOut: "close",
    shares: "list",
    entries: {
      edit: ["Back into the editor", "enter", "e"],
      remove: ["Remove", "x", "delete", "backspace"],
      run: ["Run now", "r"],
      steer: ["Say it to the running turn, or after it", "s"],
      "move-up": ["Earlier", "u"],
      "move-down": ["Later", "d"],
      close: ["Close", "escape", "ctrl+t", "q"],
    },
  },
  attachments: {
    place: "the attachments",
    isTyping: false,
    wayOut: "close",
    shares: "list",
    entries: {
      remove: ["Remove", "enter", "x", "delete", "ctrl+r"],
      "remove-all": ["Remove all", "a"],
      close: ["Close", "escape"],
    },
  },
  attach: {
    place: "the path of an attachment",
    isTyping: true,
    wayOut: "close",
    shares: null,
    entries: { attach: ["Attach", "enter"], close: ["Close", "escape"] },
  },
  rename: {
    place: "the title of this session",
    isTyping: true,
    wayOut: "keep",
    shares: null,
    entries: { rename: ["Rename", "enter"], keep: ["Leave it as it was", "escape"] },
  },
  files: {
    place: "the files that a message names",
    isTyping: false,
    wayOut: "close",
    shares: "list",
    entries: { open: ["Open in $EDITOR", "enter", "o"], close: ["Close", "escape"] },
  },
  theme: {
    place: "the themes",
    isTyping: false,
    wayOut: "close",
    shares: "list",
    entries: { keep: ["Keep", "enter"], close: ["Leave it as it was", "escape"] },
  },
  grants: {
    place: "the permissions given",
    isTyping: false,
    wayOut: "close",
    shares: "list",
    entries: { revoke: ["Revoke", "x", "delete"], close: ["Close", "escape", "q"] },
  },
  trust: {
    place: "the question for trust",
    isTyping: false,
    wayOut: "ignore",
    shares: "scroll",
    entries: { trust: ["Trust", "t"], ignore: ["Go on ignoring", "i", "escape"] },
  },
  details: {
    place: "the details",
    isTyping: false,
    wayOut: "close",
    shares: "scroll",
    entries: { close: ["Close", "escape", "ctrl+d", "q"] },
  },
  help: {
    place: "the help",
    isTyping: false,
    wayOut: "close",
    shares: "scroll",
    entries: { close: ["Close", "escape", "ctrl+g", "q"] },
  },
  quit: {
    place: "the question before leaving",
    isTyping: false,
    wayOut: "stay",
    shares: null,
    entries: {
      leave: ["Quit, stopping what runs", "y", "enter"],
      wait: ["Quit when all is done", "w"],
      "end-jobs": ["Quit when the sessions are done, ending background jobs", "j"],
      stay: ["Stay", "n", "escape"],
    },
  },
} as const satisfies Readonly<Record<string, KeyScope>>;

export type KeyScopeName = keyof typeof keyScopes;

/** `sessions.open`, as a config names it. */
export type DialogKeyId = {
  [Scope in KeyScopeName]: `${Scope}.${keyof (typeof keyScopes)[Scope]["entries"] & string}`;
}[KeyScopeName];

/** What a key of a dialog is bound by: its own entry, or a command that works there, too. */
export type KeySource = DialogKeyId | `command ${string}`;

export interface DialogKeyEntry {
  readonly id: DialogKeyId;
  readonly scope: KeyScope;
  readonly scopeName: KeyScopeName;
  readonly what: string;
  readonly keys: readonly string[];
  readonly isWayOut: boolean;
}

/** Keys that are meant to take one from the command that leads to another session with it. */
export const meantToHide: ReadonlySet<string> = new Set(["list.down ctrl+n new-session"]);

/** All of them, in the order of the scopes. */
export const dialogKeyEntries: readonly DialogKeyEntry[] = Object.entries<KeyScope>(keyScopes).flatMap(
  ([scopeName, scope]) =>
    Object.entries(scope.entries).map(([name, [what, ...keys]]) => ({
      id: `${scopeName}.${name}` as DialogKeyId,
      scope,
      scopeName: scopeName as KeyScopeName,
      what,
      keys,
      isWayOut: name === scope.wayOut,
    })),
);
