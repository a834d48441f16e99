import { describe, expect, it } from "vitest";
import { BodyRoom } from "../../../src/cli/proxy/body-room.js";

describe("BodyRoom", () => {
  it("lets in who fits, in the order of coming, and who leaves the line holds up nobody", () => {
    const room = new BodyRoom(100);
    const granted: string[] = [];
    const take = (name: string, bytes: number) => room.take(bytes, () => void granted.push(name));
    const a = take("a", 60);
    const b = take("b", 60);
    take("c", 10);
    expect([granted, room.takenBytes, room.waiting]).toEqual([["a"], 60, 2]);
    b.release();
    expect([granted, room.takenBytes, room.waiting]).toEqual([["a", "c"], 70, 0]);
    a.release(20);
    a.release(20);
    expect(room.takenBytes).toBe(30);
    a.release();
    a.release();
    expect(room.takenBytes).toBe(10);
  });

  it("takes what is larger than itself once it is empty", () => {
    const room = new BodyRoom(100);
    let isIn = false;
    const small = room.take(1, () => {});
    const large = room.take(1_000, () => {
      isIn = true;
    });
    expect(isIn).toBe(false);
    small.release();
    expect([isIn, room.takenBytes]).toEqual([true, 100]);
    large.release();
    expect(room.takenBytes).toBe(0);
  });

  it("lets a place grow into what is free, unless somebody waits for it", () => {
    const room = new BodyRoom(100);
    const place = room.take(10, () => {});
    expect([place.grow(50), room.takenBytes, place.grow(101), room.takenBytes]).toEqual([true, 50, false, 50]);
    const waiting = room.take(60, () => {});
    expect(place.grow(51)).toBe(false);
    waiting.release();
    expect(place.grow(51)).toBe(true);
    place.release();
    expect(room.takenBytes).toBe(0);
  });
});
