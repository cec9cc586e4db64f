import type { CommandEntry } from "./command.ts";

/** The tree of commands. A command's file is loaded when it is called: most are short-lived, and start-up counts. */
const sessionCommands: readonly CommandEntry[] = [
  {
    name: "list",
    aliases: ["ls"],
    summary: "list all sessions, the newest first",
    load: async () => (await import("./session/list.ts")).listCommand,
  },
  {
    name: "show",
    aliases: [],
    summary: "show a session's transcript and figures",
    load: async () => (await import("./session/show.ts")).showCommand,
  },
  {
    name: "last",
    aliases: [],
    summary: "show the session used last",
    load: async () => (await import("./session/last.ts")).lastCommand,
  },
  {
    name: "search",
    aliases: ["find"],
    summary: "find sessions by what was said and done in them",
    load: async () => (await import("./session/search.ts")).searchCommand,
  },
  {
    name: "rename",
    aliases: [],
    summary: "give a session another title",
    load: async () => (await import("./session/rename.ts")).renameCommand,
  },
  {
    name: "pin",
    aliases: [],
    summary: "show sessions first",
    load: async () => (await import("./session/pin.ts")).pinCommand,
  },
  {
    name: "unpin",
    aliases: [],
    summary: "take the pins of sessions away",
    load: async () => (await import("./session/pin.ts")).unpinCommand,
  },
  {
    name: "tag",
    aliases: [],
    summary: "tag sessions",
    load: async () => (await import("./session/tag.ts")).tagCommand,
  },
  {
    name: "untag",
    aliases: [],
    summary: "take tags of sessions away",
    load: async () => (await import("./session/tag.ts")).untagCommand,
  },
  {
    name: "archive",
    aliases: [],
    summary: "hide sessions from the lists",
    load: async () => (await import("./session/archive.ts")).archiveCommand,
  },
  {
    name: "unarchive",
    aliases: [],
    summary: "bring archived sessions back",
    load: async () => (await import("./session/archive.ts")).unarchiveCommand,
  },
  {
    name: "fork",
    aliases: [],
    summary: "copy a session, or its beginning, into a new one",
    load: async () => (await import("./session/fork.ts")).forkCommand,
  },
  {
    name: "delete",
    aliases: ["rm"],
    summary: "delete a session and all that belongs to it",
    load: async () => (await import("./session/delete.ts")).deleteCommand,
  },
  {
    name: "prune",
    aliases: [],
    summary: "delete old or empty sessions, after showing which",
    load: async () => (await import("./session/prune.ts")).pruneCommand,
  },
];

const configCommands: readonly CommandEntry[] = [
  {
    name: "check",
    aliases: [],
    summary: "find what is wrong with the config files",
    load: async () => (await import("./config/check.ts")).checkCommand,
  },
  {
    name: "show",
    aliases: [],
    summary: "show what the files, the environment and the flags give",
    load: async () => (await import("./config/show.ts")).showCommand,
  },
  {
    name: "path",
    aliases: [],
    summary: "name the config files, lowest precedence first",
    load: async () => (await import("./config/path.ts")).pathCommand,
  },
  {
    name: "trust",
    aliases: [],
    summary: "believe this project's own config",
    load: async () => (await import("./config/trust.ts")).trustCommand,
  },
];

const databaseCommands: readonly CommandEntry[] = [
  {
    name: "info",
    aliases: [],
    summary: "show size, contents and backups",
    load: async () => (await import("./db/info.ts")).infoCommand,
  },
  {
    name: "backup",
    aliases: [],
    summary: "copy the database into a file, also while it is in use",
    load: async () => (await import("./db/backup.ts")).backupCommand,
  },
  {
    name: "restore",
    aliases: [],
    summary: "put a backup in the database's place",
    load: async () => (await import("./db/restore.ts")).restoreCommand,
  },
  {
    name: "vacuum",
    aliases: [],
    summary: "give the room of what was deleted back to the disk",
    load: async () => (await import("./db/vacuum.ts")).vacuumCommand,
  },
];

export const rootEntry: CommandEntry = {
  name: "crush",
  aliases: [],
  summary: "A coding agent in the terminal, whose sessions are kept.",
  members: [
    {
      name: "run",
      aliases: ["r"],
      summary: "run one prompt and print the answer",
      load: async () => (await import("./run/run.ts")).runPromptCommand,
    },
    {
      name: "session",
      aliases: ["sessions", "s"],
      summary: "list, show, rename, sort, fork and delete sessions",
      members: sessionCommands,
      examples: [
        { comment: "Which sessions there are", words: "session list" },
        { comment: "Where something was said", words: 'session search "parser bug"' },
        { comment: "Read the one used last", words: "session last" },
      ],
    },
    {
      name: "stats",
      aliases: [],
      summary: "what sessions, days and models have consumed",
      load: async () => (await import("./stats.ts")).statsCommand,
    },
    {
      name: "models",
      aliases: [],
      summary: "list the models there are",
      load: async () => (await import("./models.ts")).modelsCommand,
    },
    {
      name: "login",
      aliases: ["auth"],
      summary: "store a provider's API key",
      load: async () => (await import("./login.ts")).loginCommand,
    },
    {
      name: "logout",
      aliases: ["signout"],
      summary: "remove a stored API key",
      load: async () => (await import("./logout.ts")).logoutCommand,
    },
    {
      name: "projects",
      aliases: [],
      summary: "list the projects where sessions are kept",
      load: async () => (await import("./projects.ts")).projectsCommand,
    },
    {
      name: "dirs",
      aliases: [],
      summary: "show where config and data lie",
      load: async () => (await import("./dirs.ts")).dirsCommand,
    },
    {
      name: "logs",
      aliases: [],
      summary: "show the log of this project",
      load: async () => (await import("./logs.ts")).logsCommand,
    },
    {
      name: "config",
      aliases: [],
      summary: "check and show the config, and trust a project's",
      members: configCommands,
      examples: [
        { comment: "Find what is wrong", words: "config check" },
        { comment: "What counts in the end", words: "config show" },
        { comment: "Look at what this project's config would like to do", words: "config trust" },
      ],
    },
    {
      name: "db",
      aliases: ["database"],
      summary: "look at the session database, back it up, tidy it",
      members: databaseCommands,
      examples: [
        { comment: "How large it is, and which backups there are", words: "db info" },
        { comment: "Copy it while it is in use", words: "db backup ~/crush.db" },
      ],
    },
    {
      name: "doctor",
      aliases: [],
      summary: "look for what is wrong with the session database, and mend it",
      load: async () => (await import("./doctor.ts")).doctorCommand,
    },
    {
      name: "schema",
      aliases: [],
      summary: "print the JSON schema of crush.json",
      load: async () => (await import("./schema.ts")).schemaCommand,
    },
    {
      name: "update-providers",
      aliases: [],
      summary: "say where the list of providers comes from",
      load: async () => (await import("./update-providers.ts")).updateProvidersCommand,
    },
  ],
};
