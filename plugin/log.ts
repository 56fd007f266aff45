import { pino, type Logger } from "pino";

export type Log = Logger;

/**
 * One JSON line per event, on standard error.
 *
 * `error` = our bug, `warn` = the operator should look this week, `info` = normal life and users'
 * mistakes, `debug` = the rest. Secrets are masked; names, scores and comments of people are never
 * passed in: scores are personal data.
 */
export function createLog(options: { level: string }): Log {
  return pino(
    {
      level: options.level,
      base: null,
      redact: {
        paths: ["token", "secret", "apiKey", "authorization", "*.token", "*.secret", "*.apiKey"],
        censor: "[hidden]",
      },
    },
    pino.destination(2),
  );
}

/** For tests and for callers that have nowhere to log to. */
export function silentLog(): Log {
  return pino({ level: "silent" });
}
