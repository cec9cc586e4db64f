import * as v from "valibot";

const limitDefault = 20;

/** How many the model asks for, at most `max`; `how` completes the words `…, 20 unless given`. */
export function resultLimit(max: number, how = "How many"): v.OptionalSchema<v.GenericSchema<number>, number> {
  return v.optional(
    v.pipe(
      v.number(),
      v.integer("must be a whole number"),
      v.minValue(1, "at least 1"),
      v.maxValue(max, `at most ${max}`),
      v.description(`${how}, ${limitDefault} unless given`),
    ),
    limitDefault,
  );
}
