export const bashDescription = `Runs a command in Bash and returns what it printed, standard error included.

- Each call is a shell of its own: \`cd\` and variables do not last. Use working_dir, or absolute paths.
- There is no terminal: nothing can be answered, and no editor or pager opens. Pass what a program needs as arguments.
- A command that is not done after auto_background_after seconds goes on in the background. Start servers and watchers
  with run_in_background; then use job_output and job_kill. What a command leaves running with \`&\` is ended with it.
- Long output comes back as its start and end; a file named in the result holds all of it.
- Prefer view, grep, glob, ls and edit to cat, rg, find, ls and sed: they need no permission and track files.
- Quote paths with spaces. Join dependent commands with \`&&\`.
- Commit, push, install or delete only when the person asked for it.`;
