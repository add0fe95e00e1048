// peer_node.js DIR FILE SECONDS STEPS: runs and times one case in node's V8, the way cupel-bench asks any engine to (README.md has the protocol).
'use strict';
const fs = require('fs');
const path = require('path');

const [dir, file, seconds, steps] = process.argv.slice(2);
const wasm = fs.readFileSync(path.join(dir, file));
const until = performance.now() + Number(seconds) * 1000;
const startsOnly = steps === '-';
const hex = (n) => '0x' + n.toString(16);

// The signatures of function exports, which JavaScript does not tell: read from the module.
function signatures() {
    let at = 8;
    const leb = () => {
        let value = 0;
        for (let shift = 0;; shift += 7) {
            const byte = wasm[at++];
            value += (byte & 127) * 2 ** shift;
            if (byte < 128) return value;
        }
    };
    const kinds = () => Array.from({ length: leb() }, () => wasm[at++]);
    const name = () => { const n = leb(); at += n; return wasm.toString('utf8', at - n, at); };
    const skipLimits = () => { const flags = leb(); leb(); if (flags & 1) leb(); if (flags & 8) leb(); };
    const types = [], funcs = [], exported = new Map();
    while (at < wasm.length) {
        const id = wasm[at++];
        const end = leb() + at;
        if (id === 1)
            for (let n = leb(); n > 0; n--) { at++; types.push({ params: kinds(), results: kinds() }); }
        if (id === 2)
            for (let n = leb(); n > 0; n--) {
                name(); name();
                const kind = wasm[at++];
                if (kind === 0) funcs.push(leb());
                else if (kind === 1) { at++; skipLimits(); }
                else if (kind === 2) skipLimits();
                else at += 2;
            }
        if (id === 3)
            for (let n = leb(); n > 0; n--) funcs.push(leb());
        if (id === 7)
            for (let n = leb(); n > 0; n--) {
                const label = name(), kind = wasm[at++], index = leb();
                if (kind === 0) exported.set(label, types[funcs[index]]);
            }
        at = end;
    }
    return exported;
}

const signature = signatures();
const KINDS = { 0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64' };

function format(kind, value) {
    const view = new DataView(new ArrayBuffer(8));
    if (kind === 0x7d) { view.setFloat32(0, value); return 'f32:' + hex(view.getUint32(0)); }
    if (kind === 0x7c) { view.setFloat64(0, value); return 'f64:' + hex(view.getBigUint64(0)); }
    return KINDS[kind] + ':' + value;
}

function imports(module) {
    const provided = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module))
        if (kind === 'function')
            (provided[from] ??= {})[name] = from === 'env' && name === 'clock_ms' ?
                () => performance.now() | 0 : () => 0;
    return provided;
}

function hashOf(bytes) {
    let hash = 2166136261;
    for (let i = 0; i < bytes.length; i++)
        hash = Math.imul(hash ^ bytes[i], 16777619);
    return (hash >>> 0).toString(16).padStart(8, '0') + '/' + bytes.length;
}

const time = { load_us: [], instantiate_us: [], call_us: [] };
let score = 0;

function sample(module) {
    const provided = imports(module);
    let start = performance.now();
    const instance = new WebAssembly.Instance(module, provided);
    time.instantiate_us.push((performance.now() - start) * 1000);
    if (startsOnly) return '';
    const observed = [], list = steps.split(' , ');
    const memory = () => new Uint8Array(Object.values(instance.exports).find((e) => e instanceof WebAssembly.Memory).buffer);
    let first, last;
    list.forEach((step, i) => {
        const words = step.split(' ').filter((word) => word);
        if (words[0] === '@hash') {
            observed.push('memhash=' + hashOf(memory()));
        } else if (words[0] === '@write') {
            memory().set(fs.readFileSync(path.join(dir, words[1])), last >>> 0);
        } else if (words[0] === '@read') {
            const file = fs.readFileSync(path.join(dir, words[1]));
            const there = Buffer.from(memory().subarray(last >>> 0, (last >>> 0) + file.length));
            observed.push('cmp=' + (file.equals(there) ? 'same' : 'differs'));
        } else {
            const marked = words[0].startsWith('!'), name = words[0].slice(marked ? 1 : 0);
            const { params, results } = signature.get(name), f = instance.exports[name];
            const args = words.slice(1).map((word, k) =>
                word === '%' ? first : params[k] === 0x7e ? BigInt(word) : Number(word));
            start = performance.now();
            last = f(...args);
            if (marked || (i === list.length - 1 && !steps.includes('!')))
                time.call_us.push((performance.now() - start) * 1000);
            if (results.length > 0) observed.push(name + '=' + format(results[0], last));
            if (results[0] === 0x7d) score = Math.max(score, last);
        }
        if (i === 0) first = last;
    });
    return observed.join(';');
}

function load() {
    const start = performance.now();
    const module = new WebAssembly.Module(wasm);
    time.load_us.push((performance.now() - start) * 1000);
    return module;
}

let loaded = load();
for (let i = 0; i < 3 || performance.now() < until; i++) {
    const observed = sample(loaded);
    if (i === 0) console.log('observed ' + observed);
    if (startsOnly) loaded = load();
}
for (const [what, list] of Object.entries(time))
    if (list.length > 0)
        console.log(`${what} ${list[0].toFixed(3)} ${list.reduce((a, b) => Math.min(a, b)).toFixed(3)} ${list.length}`);
if (score > 0) console.log(`score ${score.toFixed(3)}`);
