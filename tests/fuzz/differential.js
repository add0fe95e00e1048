// What another engine gives for the modules of a folder, in the words of differential.c.
// Usage: node differential.js FOLDER FIRST COUNT
'use strict';
const fs = require('fs');

const [folder, first, count] = [process.argv[2], BigInt(process.argv[3]), BigInt(process.argv[4])];
const out = [];

function bits(number) {
    if (Number.isNaN(number)) return 'nan';
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, number);
    return view.getBigUint64(0).toString(16).padStart(16, '0');
}

function show(value, type) {
    return type === 'f32' || type === 'f64' ? bits(value) : String(value);
}

// The types as the generator numbers them.
const I32 = 'i32', I64 = 'i64', F32 = 'f32', F64 = 'f64';
const types = [
    [[], []], [[I32], [I32]], [[I32, I32], [I32]], [[I64, I64], [I64]], [[F64, F64], [F64]],
    [[F32], [F32]], [[I32, I64, F32, F64], [I64]], [[I64], [I32, I64]],
    [[F32, I32], [F64, I32, F32]], [[], [I32]],
];

// The function section holds one byte a function, after a type section with a size of three bytes.
function functionTypes(bytes) {
    let at = 8;
    for (;;) {
        const id = bytes[at];
        const size = (bytes[at + 1] & 127) | (bytes[at + 2] & 127) << 7 | bytes[at + 3] << 14;
        if (id === 3) return Array.from(bytes.subarray(at + 5, at + 4 + size));
        at += 4 + size;
    }
}

function argument(type, place) {
    const number = 3 + 7 * place;
    return type === I32 ? number : type === I64 ? BigInt(number)
        : type === F32 ? Math.fround(number / 2) : -number / 4;
}

function trapClass(error) {
    const text = error.message;
    if (/^unreachable/.test(text)) return 'unreachable';
    if (/memory access out of bounds|data segment|memory.*out of bounds/.test(text)) return 'memory';
    if (/signature mismatch|null function/.test(text)) return 'signature';
    if (/by zero/.test(text)) return 'division';
    if (/unrepresentable/.test(text)) return 'overflow'; // has "table" in it
    if (/table|element segment/.test(text)) return 'table';
    return text;
}

function run(bytes) {
    const module = new WebAssembly.Module(bytes);
    let exports;
    try {
        exports = new WebAssembly.Instance(module, {}).exports;
    } catch (error) {
        out.push('no instance');
        return;
    }
    const functions = functionTypes(bytes);
    functions.forEach((index, i) => {
        const [params, results] = types[index];
        try {
            let values = exports['f' + i](...params.map(argument));
            values = results.length === 0 ? [] : results.length === 1 ? [values] : values;
            out.push(['f' + i, ...values.map((value, k) => show(value, results[k]))].join(' '));
        } catch (error) {
            out.push(`f${i} trap ${trapClass(error)}`);
        }
    });
    const table = [];
    for (let i = 0; i < exports.table.length; i++) table.push(exports.table.get(i) ? 1 : 0);
    out.push(['table', exports.table.length, ...table].join(' '));
    const memory = new Uint8Array(exports.memory.buffer);
    let hash = 2166136261;
    for (let i = 0; i < memory.length; i++) hash = Math.imul(hash ^ memory[i], 16777619);
    out.push(`memory ${memory.length} ${hash >>> 0}`);
    [I32, I32, I64, F32, F64].forEach((type, i) => {
        out.push(`g${i} ${show(exports['g' + i].value, type)}`);
    });
}

for (let i = first; i < first + count; i++) {
    out.push(`module ${i}`);
    run(fs.readFileSync(`${folder}/${i}.wasm`));
}
process.stdout.write(out.join('\n') + '\n');
