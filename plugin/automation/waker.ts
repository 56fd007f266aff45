/** Run one after another, whatever order the callers finish in. */
export function serial(): <T>(task: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = tail.then(task, task);
    tail = run.catch(() => undefined);
    return run;
  };
}

/** A sleep that can be ended early; a wake before the sleep is not lost. */
export class Waker {
  private pending = false;
  private end: (() => void) | null = null;

  wake(): void {
    this.pending = true;
    this.end?.();
  }

  async sleep(ms: number): Promise<void> {
    if (!this.pending)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.end = null;
    this.pending = false;
  }
}
