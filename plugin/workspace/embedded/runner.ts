/** Does one thing at a time in the background. */
export interface Runner {
  /** Run the task soon; asked while it runs, it runs once more. */
  start(): void;
  isBusy(): boolean;
  idle(): Promise<void>;
}

/** @param onFailure  told when the task throws; the task then waits for the next `start` */
export function createRunner(
  task: () => Promise<void>,
  onFailure: (error: unknown) => void,
): Runner {
  let running: Promise<void> | null = null;
  let again = false;

  async function run(): Promise<void> {
    // Whoever starts us may be inside a transaction; it is over before a promise goes on.
    await Promise.resolve();
    try {
      do {
        again = false;
        await task();
      } while (again);
    } catch (error) {
      onFailure(error);
    } finally {
      running = null;
    }
  }

  return {
    start() {
      if (running === null) running = run();
      else again = true;
    },
    isBusy: () => running !== null,
    async idle() {
      while (running !== null) await running;
    },
  };
}
