// Asks the service, with the key if there is one. What goes wrong becomes a Failure, whichever of its three
// shapes it had: a problem document, an error of JSON-RPC, or no answer at all.

const KEY = "cupel-key";
const watchers = [];

export const getKey = () => sessionStorage.getItem(KEY) ?? "";

export function setKey(key) {
    if (key === "") {
        sessionStorage.removeItem(KEY);
    } else {
        sessionStorage.setItem(KEY, key);
    }
}

// `watcher` is told what the service says whenever it wants a (different) key.
export function onUnauthorized(watcher) {
    watchers.push(watcher);
}

export class Failure extends Error {
    constructor(kind, title, detail, facts = {}, status = 0) {
        super(detail || title);
        this.kind = kind;
        this.title = title;
        this.detail = detail;
        this.facts = facts;
        this.status = status;
    }
}

export const url = (path) => new URL(path, document.baseURI).href;

function failureOf(status, text) {
    let problem;

    try {
        problem = JSON.parse(text);
    } catch {
        return new Failure("", `The service answered ${status}`, text.slice(0, 500), {}, status);
    }
    const { type = "", title = `Status ${status}`, detail = "", status: _, ...facts } = problem;
    const failure = new Failure(type.replace("urn:cupel:problem:", ""), title, detail, facts, status);

    if (status === 401) {
        watchers.forEach((watcher) => watcher(detail));
    }
    return failure;
}

const noAnswer = (error) => (error.name === "AbortError"
    ? new Failure("stopped", "Stopped", "The call was given up here; the service has ended it.")
    : new Failure("network", "No answer", "The service cannot be reached."));

export async function ask(method, path, { body, type, signal } = {}) {
    const headers = {};
    let answer;
    let bytes;

    if (getKey() !== "") {
        headers.Authorization = `Bearer ${getKey()}`;
    }
    if (type !== undefined) {
        headers["Content-Type"] = type;
    }
    try {
        answer = await fetch(url(path), { method, headers, body, signal, cache: "no-cache" });
        bytes = await answer.arrayBuffer();
    } catch (error) {
        throw noAnswer(error);
    }
    if (!answer.ok) {
        throw failureOf(answer.status, new TextDecoder().decode(bytes));
    }
    return { status: answer.status, bytes };
}

export async function askJson(method, path, options) {
    const { bytes } = await ask(method, path, options);

    return JSON.parse(new TextDecoder().decode(bytes));
}

// `params` is JSON text. An error of JSON-RPC is thrown as a Failure.
export async function rpc(method, params, signal) {
    const body = `{"jsonrpc":"2.0","id":1,"method":${JSON.stringify(method)},"params":${params}}`;
    const answer = await askJson("POST", "v1/rpc", { body, type: "application/json", signal });

    if (answer.error) {
        const { kind, ...facts } = answer.error.data ?? {};

        throw new Failure(kind, TITLES[kind] ?? "Not possible", answer.error.message, facts);
    }
    return answer.result;
}

const TITLES = {
    trap: "Trap",
    out_of_fuel: "Out of fuel",
    limit: "Limit exceeded",
    timeout: "Timeout",
    link: "Imports are missing",
    busy: "Busy",
    quota: "Quota exceeded",
    unauthorized: "Not allowed",
    invalid_params: "Not these arguments",
    cancelled: "Cancelled",
};

// Uploads with progress, which fetch() does not tell; `progress` gets a share from 0 to 1.
export function upload(file, name, progress) {
    const request = new XMLHttpRequest();
    const done = new Promise((resolve, reject) => {
        request.addEventListener("load", () => {
            if (request.status === 200 || request.status === 201) {
                resolve({ created: request.status === 201, module: JSON.parse(request.responseText) });
            } else {
                reject(failureOf(request.status, request.responseText));
            }
        });
        request.addEventListener("error", () => reject(noAnswer(new Error())));
        request.addEventListener("abort", () => reject(new Failure("stopped", "Stopped", "")));
    });

    request.upload.addEventListener("progress", (event) => progress(event.loaded / (event.total || 1)));
    request.open(name === "" ? "POST" : "PUT", url(name === "" ? "v1/modules" : `v1/modules/${encodeURIComponent(name)}`));
    request.setRequestHeader("Content-Type", "application/wasm");
    if (getKey() !== "") {
        request.setRequestHeader("Authorization", `Bearer ${getKey()}`);
    }
    request.send(file);
    return { done, abort: () => request.abort() };
}
