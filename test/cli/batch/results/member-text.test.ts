import { describe, expect, it } from "vitest";
import { elementTexts, memberText } from "../../../../src/cli/batch/results/member-text.js";

describe("memberText", () => {
  it.each([
    [
      '{"a":1,"b":{"c":[1,{"d":"}"}]}, "e" : "x,y" }',
      { a: "1", b: '{"c":[1,{"d":"}"}]}', e: '"x,y"', none: undefined },
    ],
    ['{ "a\\"b" : -1.5e3 , "c":[ ] }', { 'a"b': "-1.5e3", c: "[ ]" }],
    ['{"a":1,"a":2}', { a: "2" }],
    ["{}", { a: undefined }],
  ])("finds the members of %s", (json, members) => {
    for (const [name, text] of Object.entries(members)) expect(memberText(json, name)).toBe(text);
  });
});

describe("elementTexts", () => {
  it.each([
    ['[1, {"a":[2,3]} ,"x,]" ]', ["1", '{"a":[2,3]}', '"x,]"']],
    ["[ ]", []],
    ["[[1],[2]]", ["[1]", "[2]"]],
  ])("finds the elements of %s", (json, texts) => expect(elementTexts(json)).toEqual(texts));
});
