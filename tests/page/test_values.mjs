// api/page/values.js: what people type becomes the JSON that the service takes.

import assert from "node:assert/strict";

import { main, test } from "./harness.mjs";
import { formatValue, readCount, readValue, typeText } from "./page_values.mjs";

// type, what is typed, the JSON text (null: refused)
const VALUES = [
    ["i32", "0", "0"], ["i32", " -1 ", "-1"], ["i32", "+7", "7"], ["i32", "4294967295", "4294967295"],
    ["i32", "4294967296", null], ["i32", "-2147483648", "-2147483648"], ["i32", "-2147483649", null],
    ["i32", "0xff", "255"], ["i32", "-0x1", "-1"], ["i32", "1,000_000", "1000000"], ["i32", "", null], ["i32", "1.5", null],
    ["i32", "1e3", null], ["i32", "x", null], ["i32", "-", null], ["i32", "1 2", null], ["i32", "007", "7"],
    ["i64", "9223372036854775807", '"9223372036854775807"'], ["i64", "18446744073709551615", '"18446744073709551615"'],
    ["i64", "18446744073709551616", null], ["i64", "-9223372036854775808", '"-9223372036854775808"'],
    ["i64", "-9223372036854775809", null], ["i64", "0x10", '"16"'],
    ["f64", "0.1", "0.1"], ["f64", "-0", "-0"], ["f64", "-.0", "-0.0"], ["f64", "1e400", "1e400"], ["f64", "+2.", "2"],
    ["f64", ".5", "0.5"], ["f64", "1E5", "1E5"], ["f64", "nan", '"nan"'], ["f64", "-NaN", '"-nan"'],
    ["f64", "nan:0x7ff8000000000001", '"nan:0x7ff8000000000001"'], ["f64", "inf", '"inf"'], ["f64", "-Infinity", '"-inf"'],
    ["f64", "+inf", '"inf"'], ["f64", "", null], ["f64", "1,5", null], ["f64", "0x1p3", null], ["f64", "--1", null],
    ["f32", "16777217", "16777217"], ["f32", "0.10000000149", "0.10000000149"],
    ["v128", `0x${"0".repeat(31)}F`, `"0x${"0".repeat(31)}f"`], ["v128", "0x0", null], ["v128", "f".repeat(32), null],
    ["externref", "null", "null"], ["funcref", "anything", "null"],
];

for (const [type, text, json] of VALUES) {
    test(`${type} ${JSON.stringify(text)}`, () => {
        const read = readValue(type, text);

        assert.equal(read.json ?? null, json);
        assert.equal(read.expected === undefined, json !== null);
        if (json !== null) {
            JSON.parse(json);
        }
    });
}

test("counts", () => {
    assert.deepEqual(readCount("", 0n), { json: null });
    assert.deepEqual(readCount(" 1,000 ", 0n), { json: "1000" });
    assert.deepEqual(readCount("0", 0n), { json: "0" });
    for (const wrong of ["-1", "x", "1.5", "9".repeat(19)]) {
        assert.ok(readCount(wrong, 0n).expected, wrong);
    }
    assert.ok(readCount("0", 1n).expected);
});

test("values for people", () => {
    assert.equal(formatValue(-0), "-0");
    assert.equal(formatValue(null), "null");
    assert.equal(formatValue("9223372036854775807"), "9223372036854775807");
    assert.equal(formatValue(1e21), "1e+21");
});

test("types as texts", () => {
    const memory = { min: 1, max: 2, page_size: 65536 };

    assert.equal(typeText("func", { params: ["i32", "f64"], results: [] }), "(i32, f64) → ()");
    assert.equal(typeText("func", { params: [], results: ["i32"] }), "() → i32");
    assert.equal(typeText("func", { params: [], results: ["i32", "i64"] }), "() → (i32, i64)");
    assert.equal(typeText("memory", memory), "1 to 2 pages");
    assert.equal(typeText("memory", { min: 0, page_size: 1, is_64: true }), "0 or more bytes, 64-bit");
    assert.equal(typeText("table", { min: 3, element: "funcref" }), "3 or more × funcref");
    assert.equal(typeText("global", { mutable: true, content: "i32" }), "mutable i32");
});

await main();
