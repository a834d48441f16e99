/**
 * Two to the power of any number: exact where that is whole. Engines disagree in the last bit of `2 ** 0.3` (V8 has changed
 * it between versions), and a simulation must come out the same on each; `Math.exp` they all take from fdlibm.
 */
export function powerOfTwo(exponent: number): number {
  if (!Number.isFinite(exponent)) return exponent < 0 ? 0 : exponent;
  const whole = Math.floor(exponent);
  const fraction = exponent - whole;
  const base = fraction === 0 ? 1 : Math.exp(fraction * Math.LN2);
  let power = base;
  let factor = whole < 0 ? 0.5 : 2;
  // Beyond this it is 0 or Infinity, whatever the base.
  for (let left = Math.min(Math.abs(whole), 1_100); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power *= factor;
    factor *= factor;
  }
  return power;
}
