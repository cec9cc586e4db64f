/** As a shell reports a death by signal. */
export const exitCodes = {
  SIGTERM: 143,
  SIGINT: 130,
  SIGHUP: 129,
  SIGQUIT: 131,
  "input-end": 1,
  "output-error": 1,
} as const;
