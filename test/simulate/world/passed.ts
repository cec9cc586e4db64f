/** The moment of a kill is a moment in time: there is no event to wait for. */
export async function passed<T = undefined>(delayMs: number, value?: T): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<T | undefined>();
  setTimeout(resolve, delayMs, value);
  return promise;
}
