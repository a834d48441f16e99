import { z } from "zod";
import { nearestName } from "../../src/nearest.js";
import type { JsonPath } from "./places.js";
import { type Problem, problemsOfIssue } from "./problem.js";

/** The schemas that {@link chosen} made, and what each value is held to. */
const choices = new WeakMap<z.ZodType, (value: unknown) => z.ZodType>();

/** What may be one thing or another is held to the one that it looks like: the error then names the field in it. */
export function chosen(schemaFor: (value: unknown) => z.ZodType) {
  const schema = z.unknown().superRefine((value, context) => {
    for (const issue of schemaFor(value).safeParse(value).error?.issues ?? []) context.addIssue({ ...issue });
  });
  choices.set(schema, schemaFor);
  return schema;
}

/** Everything that is wrong with a value, by its schema; `other` words what isn't a field that there is none of. */
export function problemsIn(
  schema: z.ZodType,
  value: unknown,
  other?: (message: string, path: JsonPath) => string,
): readonly Problem[] {
  const unknown = (field: string, path: JsonPath): string => unknownField(field, fieldsAt(schema, value, path));
  const { error } = schema.safeParse(value);
  return (error?.issues ?? []).flatMap((issue) => problemsOfIssue(issue, { unknown, ...(other && { other }) }));
}

function unknownField(field: string, names: readonly string[]): string {
  const nearest = nearestName(field, names);
  if (nearest !== undefined) return `unknown field; did you mean '${nearest}'?`;
  return names.length === 0 ? "unknown field" : `unknown field; there are ${names.join(", ")}`;
}

/** The fields that an object may have at a place; none where that isn't known. */
function fieldsAt(schema: z.ZodType, value: unknown, [step, ...rest]: JsonPath): readonly string[] {
  const meant = meantBy(schema, value);
  if (step === undefined) return meant instanceof z.ZodObject ? Object.keys(meant.shape) : [];
  const inner = innerOf(meant, step);
  return inner === undefined ? [] : fieldsAt(inner as z.ZodType, partOf(value, step), rest);
}

/** Which of the schemas behind one is that of a value. */
function meantBy(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return meantBy(schema.unwrap() as z.ZodType, value);
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def;
    const isOf = (option: unknown): option is z.ZodObject =>
      option instanceof z.ZodObject && option.shape[discriminator]?.safeParse(partOf(value, discriminator)).success;
    return schema.options.find(isOf) ?? schema;
  }
  const choose = choices.get(schema);
  return choose === undefined ? schema : meantBy(choose(value), value);
}

function innerOf(schema: z.ZodType, step: string | number) {
  if (schema instanceof z.ZodObject) return schema.shape[step];
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

function partOf(value: unknown, step: string | number): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined;
}
