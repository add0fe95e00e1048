// WebAssembly's values as people type them, and as the service's JSON has them. JSON is made as text here:
// a number of JavaScript would lose the digits of an i64, and the sign of -0.

const RANGES = {
    i32: [-(2n ** 31n), 2n ** 32n - 1n],
    i64: [-(2n ** 63n), 2n ** 64n - 1n],
};

const EXPECTED = {
    i32: "an integer from -2147483648 to 4294967295",
    i64: "an integer from -9223372036854775808 to 18446744073709551615",
    f32: "a number, nan, -nan, nan:0x7fc00001, inf or -inf",
    f64: "a number, nan, -nan, nan:0x7ff8000000000001, inf or -inf",
    v128: "0x and 32 hex digits",
};

export const PLACEHOLDERS = { i32: "0", i64: "0", f32: "0.0", f64: "0.0", v128: `0x${"0".repeat(32)}` };

export const isReference = (type) => !(type in EXPECTED);

function integer(type, text) {
    const match = /^([+-]?)(\d+|0x[0-9a-f]+)$/i.exec(text.replace(/(?<=\d)[_,](?=\d)/g, ""));

    if (!match) {
        return null;
    }
    const value = match[1] === "-" ? -BigInt(match[2]) : BigInt(match[2]);

    if (value < RANGES[type][0] || value > RANGES[type][1]) {
        return null;
    }
    return type === "i64" ? `"${value}"` : `${value}`;
}

function float(text) {
    const lower = text.toLowerCase();

    if (/^-?nan(:0x[0-9a-f]{1,16})?$/.test(lower)) {
        return `"${lower}"`;
    }
    if (/^[+-]?inf(inity)?$/.test(lower)) {
        return lower[0] === "-" ? '"-inf"' : '"inf"';
    }
    if (/^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text)) {
        return text; // JSON as it is: the service rounds once, and to the right width
    }
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
        return null;
    }
    const value = Number(text);

    if (!Number.isFinite(value)) {
        return null;
    }
    return Object.is(value, -0) ? "-0.0" : JSON.stringify(value);
}

// The JSON text of a value that was typed in, or what was expected instead: { json } or { expected }.
export function readValue(type, text) {
    const trimmed = text.trim();
    let json;

    if (isReference(type)) {
        json = "null";
    } else if (type === "v128") {
        json = /^0x[0-9a-f]{32}$/i.test(trimmed) ? JSON.stringify(trimmed.toLowerCase()) : null;
    } else {
        json = type in RANGES ? integer(type, trimmed) : float(trimmed);
    }
    return json === null ? { expected: EXPECTED[type] } : { json };
}

// A value that the service answered, for people.
export function formatValue(value) {
    return Object.is(value, -0) ? "-0" : String(value);
}

// An integer without a sign from a field that may be empty: { json } (null: empty) or { expected }.
export function readCount(text, least) {
    const trimmed = text.trim().replace(/(?<=\d)[_,](?=\d)/g, "");

    if (trimmed === "") {
        return { json: null };
    }
    return /^\d{1,18}$/.test(trimmed) && BigInt(trimmed) >= least
        ? { json: `${BigInt(trimmed)}` } : { expected: `an integer, ${least} or more` };
}

const range = ({ min, max }) => (max === undefined ? `${min} or more` : `${min} to ${max}`);

const width = ({ is_64 }) => (is_64 ? ", 64-bit" : "");

// The type of an import or export as a text.
export function typeText(kind, type) {
    switch (kind) {
    case "func":
        return `(${type.params.join(", ")}) → ${
            type.results.length === 1 ? type.results[0] : `(${type.results.join(", ")})`}`;
    case "memory":
        return `${range(type)} ${type.page_size === 1 ? "bytes" : "pages"}${width(type)}`;
    case "table":
        return `${range(type)} × ${type.element}${width(type)}`;
    default:
        return `${type.mutable ? "mutable " : ""}${type.content}`;
    }
}
