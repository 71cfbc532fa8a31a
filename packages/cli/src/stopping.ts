const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the first signal to stop. A second one ends the process at once, as impatience asks for. */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      for (const s of signals) process.off(s, stop);
      process.once('SIGINT', () => process.exit(130));
      resolve(signal);
    };
    for (const s of signals) process.on(s, stop);
  });
}
