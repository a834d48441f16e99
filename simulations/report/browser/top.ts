/** The highest of all in these lists, `least` at least. What isn't there counts for nothing. */
export function topOf(lists: readonly (readonly (number | null)[])[], least = 0): number {
  let top = least;
  for (const list of lists) for (const value of list) if (value !== null && value > top) top = value;
  return top;
}
