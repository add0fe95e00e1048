// Modules for the tests, put together byte by byte.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { SOURCE } from "./harness.mjs";

export const sample = () => readFileSync(join(SOURCE, "deploy/sample/sample.wasm"));

const u32 = (value) => {
    const out = [];

    do {
        out.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>>= 7;
    } while (value > 0);
    return out;
};
const name = (text) => {
    const bytes = [...new TextEncoder().encode(text)];

    return [...u32(bytes.length), ...bytes];
};
const vector = (items) => [...u32(items.length), ...items.flat()];
const section = (id, content) => [id, ...u32(content.length), ...content];
const KINDS = { i: 0x7f, l: 0x7e, f: 0x7d, d: 0x7c, v: 0x7b, F: 0x70, E: 0x6f };
const type = (signature) => {
    const [params, results] = signature.split(":");

    return [0x60, ...vector([...params].map((k) => [KINDS[k]])),
        ...vector([...results].map((k) => [KINDS[k]]))];
};

// A module of functions [export, "params:results", body], one letter for a type (i32 i, i64 l, f32 f,
// f64 d, v128 v, funcref F, externref E), imports [module, name, signature], custom sections [name, bytes].
export function wasm({ functions = [], imports = [], memory = null, custom = [], names = [] }) {
    const out = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    const first = imports.length;

    out.push(...section(1, vector([...imports.map((i) => type(i[2])), ...functions.map((f) => type(f[1]))])));
    if (imports.length > 0) {
        out.push(...section(2, vector(imports.map(([m, n], i) => [...name(m), ...name(n), 0, ...u32(i)]))));
    }
    out.push(...section(3, vector(functions.map((_, i) => u32(first + i)))));
    if (memory !== null) {
        out.push(...section(5, vector([[1, ...u32(memory[0]), ...u32(memory[1])]])));
    }
    const exports = functions.map((f, i) => [...name(f[0]), 0, ...u32(first + i)]);

    if (memory !== null) {
        exports.push([...name("memory"), 2, 0]);
    }
    out.push(...section(7, vector(exports)));
    out.push(...section(10, vector(functions.map((f) => {
        const code = [0, ...f[2], 0x0b];

        return [...u32(code.length), ...code];
    }))));
    if (names.length > 0) {
        const map = vector(names.map(([index, text]) => [...u32(index), ...name(text)]));

        out.push(...section(0, [...name("name"), 1, ...u32(map.length), ...map]));
    }
    for (const [label, bytes] of custom) {
        out.push(...section(0, [...name(label), ...bytes]));
    }
    return new Uint8Array(out);
}

const identity = (letter) => [`id_${letter}`, `${letter}:${letter}`, [0x20, 0]];

// Identities of every type, a trap three calls deep, a function with two results, a loop without end.
export const kit = () => wasm({
    functions: [
        ["add", "ii:i", [0x20, 0, 0x20, 1, 0x6a]],
        ...["i", "l", "f", "d", "v", "E"].map(identity),
        ["null_func", ":F", [0xd0, 0x70]],
        ["swap", "id:di", [0x20, 1, 0x20, 0]],
        ["outer", ":", [0x10, ...u32(10)]],
        ["inner", ":", [0x10, ...u32(11)]],
        ["fails", ":", [0x00]],
        ["loop", ":", [0x03, 0x40, 0x0c, 0, 0x0b]],
        ["<b>odd</b> \u202ename", ":", []],
    ],
    memory: [1, 2],
    names: [[9, "outer"], [10, "inner"], [11, "fails"]],
    custom: [["notes", [1, 2, 3]]],
});

export const importer = () => wasm({
    functions: [["run", ":", [0x10, 1, 0x1a]]],
    imports: [["env", "log", "i:"], ["env", "now", ":l"]],
});
