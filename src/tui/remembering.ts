/**
 * Keeps what was made last for as long as it is asked for with the same inputs, told by identity: a part of the screen that
 * has not changed is neither made nor, as the same rows, compared again.
 */
export function remembering<Value>(): (inputs: readonly unknown[], make: () => Value) => Value {
  let last: { readonly inputs: readonly unknown[]; readonly value: Value } | null = null;
  return (inputs, make) => {
    if (last?.inputs.every((input, index) => input === inputs[index]) !== true) last = { inputs, value: make() };
    return last.value;
  };
}
