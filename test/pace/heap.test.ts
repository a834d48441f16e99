import fc from "fast-check";
import { expect, it } from "vitest";
import { Heap } from "../../src/pace/heap.js";

interface Item {
  key: number;
  place: number;
}

it("keeps the least first, and every item's place right, whatever is added, removed or reordered", () => {
  const step = fc.tuple(fc.constantFrom("add", "add", "remove", "reorder"), fc.nat(20), fc.nat(100));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100, size: "max" }), (steps) => {
      const items: Item[] = [];
      const heap = new Heap<Item>({
        isBefore: (a, b) => a.key < b.key,
        setPlace: (item, place) => {
          item.place = place;
        },
      });
      for (const [what, key, which] of steps) {
        const item = items[which % Math.max(1, items.length)];
        if (what === "add" || item === undefined) {
          const added = { key, place: -1 };
          items.push(added);
          heap.add(added);
        } else if (what === "remove") {
          heap.removeAt(item.place);
          expect(item.place).toBe(-1);
          items.splice(items.indexOf(item), 1);
        } else {
          item.key = key;
          heap.reorder(item.place);
        }
        expect(heap.size).toBe(items.length);
        expect(heap.first?.key).toBe(items.length === 0 ? undefined : Math.min(...items.map((each) => each.key)));
        for (const each of items) expect(heap.items[each.place]).toBe(each);
      }
    }),
  );
});
