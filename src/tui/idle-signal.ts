export interface IdleSignalOptions {
  /** True while anything but what is counted here goes on. */
  readonly isBusy: () => boolean;
  /** Resolves when nothing is being loaded for what the screen shows. */
  readonly whenLoaded: () => Promise<void>;
  /** Each time when all that was begun is done. */
  readonly onIdle: () => void;
}

/** Tells when nothing is under way any more: for whoever must not look, or act, before. */
export class IdleSignal {
  readonly #options: IdleSignalOptions;
  readonly #waiters: (() => void)[] = [];
  #pendingCount = 0;
  #isChecking = false;

  constructor(options: IdleSignalOptions) {
    this.#options = options;
  }

  /** Counts something that goes on until the returned function is called. */
  begin(): () => void {
    this.#pendingCount += 1;
    return () => {
      this.#pendingCount -= 1;
    };
  }

  wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.push(resolve);
    this.check();
    return promise;
  }

  /** To be called whenever something has come to its end. */
  check(): void {
    if (!this.#isIdle || this.#isChecking) return;
    this.#isChecking = true;
    void this.#options.whenLoaded().then(() => {
      this.#isChecking = false;
      if (!this.#isIdle) return;
      this.#options.onIdle();
      for (const resolve of this.#waiters.splice(0)) resolve();
    });
  }

  get #isIdle(): boolean {
    return this.#pendingCount === 0 && !this.#options.isBusy();
  }
}
