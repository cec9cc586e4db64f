/** Sections of Crush's that are read and kept, and that this program does nothing with. */
const sections: Readonly<Record<string, string>> = {
  hooks: "hooks are not run by this program: they hold nothing back",
  mcp: "MCP servers are not started by this program: their tools are missing",
  lsp: "language servers are not started by this program",
};

/** The sections of a file, or of the merged settings, that have entries without effect. */
export function unsupportedSections(settings: Readonly<Record<string, unknown>>): {
  readonly section: string;
  readonly reason: string;
}[] {
  return Object.entries(sections).flatMap(([section, reason]) => {
    const entries = Object.hasOwn(settings, section) ? settings[section] : undefined;
    return typeof entries === "object" && entries !== null && Object.keys(entries).length > 0
      ? [{ section, reason }]
      : [];
  });
}
