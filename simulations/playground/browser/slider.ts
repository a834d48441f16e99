import type { Field, NumberField } from "../fields.js";

/** A slider has so many places. */
const PLACES = 1_000;
/** Digits of a value that a slider gives. */
const DIGITS = 3;

/** Where on a slider a value stands. */
export function placeOf({ min, max, isLog = false }: NumberField, value: number): number {
  const part = isLog ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  return Math.round(Math.min(1, Math.max(0, part)) * PLACES);
}

/** The value of a place, as short as a person would give it. */
export function valueAt({ min, max, isLog = false, isWhole = false }: NumberField, place: number): number {
  const part = place / PLACES;
  const value = isLog ? min * Math.exp(part * Math.log(max / min)) : min + part * (max - min);
  const short = isWhole ? Math.round(value) : Number(value.toPrecision(DIGITS));
  return Math.min(max, Math.max(min, short));
}

export function isNumber(field: Field): field is NumberField {
  return field.type === "number";
}
