import { z } from "zod";
import { show } from "./problem.js";

/** A field whose value `isIn` lets through; the error says that it is missing, or what it must be and was. */
export function field<T>(range: string, isIn: (value: unknown) => boolean) {
  return z.custom<T>(isIn, {
    error: ({ input }) => (input === undefined ? "is missing" : `must be ${range}, got ${show(input)}`),
  });
}

/** The same of a finite number. */
export function numberField(range: string, isIn: (value: number) => boolean) {
  return field<number>(range, (value) => typeof value === "number" && Number.isFinite(value) && isIn(value));
}

/** An object with these fields and no other. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: ({ input }) => (input === undefined ? "is missing" : `must be an object, got ${show(input)}`),
  });
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
