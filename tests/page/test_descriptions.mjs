// /openapi.json and rpc.discover: valid by what their makers publish, complete, and true: requests are
// answered as they say.

import assert from "node:assert/strict";

import openrpcSchema from "@open-rpc/meta-schema";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

import { main, test, withDaemon } from "./harness.mjs";
import { importer, kit } from "./wasm.mjs";

const MODULE = { "Content-Type": "application/wasm" };
const JSON_TYPE = { "Content-Type": "application/json" };

async function openapi(daemon) {
    return (await fetch(`${daemon.url}/openapi.json`)).json();
}

async function rpc(daemon, method, params, headers = {}) {
    const answer = await fetch(`${daemon.url}/v1/rpc`, {
        method: "POST",
        headers: { ...JSON_TYPE, ...headers },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });

    return answer.json();
}

const discover = async (daemon) => (await rpc(daemon, "rpc.discover")).result;

function operations(document) {
    return Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
}

function references(thing, found = []) {
    if (typeof thing === "object" && thing !== null) {
        for (const [key, value] of Object.entries(thing)) {
            if (key === "$ref") {
                found.push(value);
            } else {
                references(value, found);
            }
        }
    }
    return found;
}

function assertReferencesLead(document) {
    const all = references(document);

    assert(all.length > 50);
    for (const reference of all) {
        let at = document;

        for (const step of reference.replace(/^#\//, "").split("/")) {
            assert(Object.hasOwn(at, step), `${reference} leads nowhere`);
            at = at[step];
        }
    }
}

// Validates by the schemas of a document.
function judge(document) {
    const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });

    addFormats(ajv);
    ajv.addSchema(document, "document");
    return (schema, value, what) => {
        const check = ajv.compile({ $ref: `document${schema}` });

        assert(check(value), `${what}: ${JSON.stringify(check.errors)}\n${JSON.stringify(value)}`);
    };
}

test("OpenAPI: valid", () => withDaemon([], async (daemon) => {
    const document = await openapi(daemon);
    const result = await new Validator().validate(structuredClone(document));

    assert(result.valid, JSON.stringify(result.errors, null, 1));
    assert.match(document.openapi, /^3\.1\./);
    assertReferencesLead(document);
    delete document.paths["/livez"].get.responses["200"].description;
    assert(!(await new Validator().validate(document)).valid, "the validator accepts anything");
}));

test("OpenAPI: complete", () => withDaemon([], async (daemon) => {
    const document = await openapi(daemon);
    const all = operations(document);
    const ids = all.map(({ operation }) => operation.operationId);

    assert(all.length >= 17, ids.join(" "));
    assert.equal(new Set(ids).size, ids.length, "an operationId stands twice");
    for (const { path, operation } of all) {
        const declared = operation.parameters.filter((p) => p.in === "path").map((p) => `{${p.name}}`);

        assert.deepEqual(declared, path.match(/\{\w+\}/g) ?? [], path);
        for (const parameter of operation.parameters) {
            assert(parameter.name && parameter.schema, `${path}: a parameter that params.def lacks`);
        }
        const schemas = references(operation).filter((r) => r.includes("/schemas/"));

        assert(schemas.length > 0, `${path}: no schema at all`);
    }
}));

test("OpenAPI: the limits are those of this daemon", () =>
    withDaemon(["--max-fuel", "12345", "--default-fuel", "678"], async (daemon) => {
        const { fuel } = (await openapi(daemon)).components.schemas.Limits.properties;

        assert.equal(fuel.maximum, 12345);
        assert.equal(fuel.default, 678);
        assert.deepEqual(fuel, (await discover(daemon)).components.schemas.Limits.properties.fuel);
    }));

test("OpenAPI: a key is needed where it says so", () => withDaemon([], async (daemon) => {
    const document = await openapi(daemon);
    const reader = await daemon.addKey("--scopes", "modules:read");

    for (const { path, method, operation } of operations(document)) {
        const target = daemon.url + path.replace(/\{\w+\}/, "none");
        const ask = async (headers) => {
            const answer = await fetch(target, { method: method.toUpperCase(), headers });

            await answer.arrayBuffer();
            return answer.status;
        };
        const [scheme] = operation.security;

        assert.equal(await ask({}) === 401, scheme !== undefined, `${method} ${path} without a key`);
        if (scheme !== undefined) {
            const allowed = scheme.key.every((scope) => scope === "modules:read");

            assert.equal(await ask({ Authorization: `Bearer ${reader}` }) === 403, !allowed,
                `${method} ${path} with a key that may only read`);
        }
    }
}));

// Sends a request and holds the answer against the operation: status, headers, media type, body.
function asker(daemon, document, done) {
    const validate = judge(document);

    return async (method, path, target, status, options = {}) => {
        const operation = document.paths[path][method];
        const answer = await fetch(daemon.url + target, { method: method.toUpperCase(), ...options });
        const text = await answer.text();
        const what = `${method} ${target}: ${answer.status} ${text.slice(0, 300)}`;
        const response = operation.responses[answer.status];

        assert.equal(answer.status, status, what);
        assert(response, `${what}: this status is not documented`);
        for (const header of Object.keys(response.headers)) {
            // A next page or a time to wait is not always there.
            assert(answer.headers.has(header) || ["Link", "Retry-After"].includes(header), `${what}: ${header}`);
        }
        done?.add(`${method} ${path} ${status}`);
        if (response.content === undefined) {
            assert.equal(text, "", what);
            return text;
        }
        const type = answer.headers.get("Content-Type").split(";")[0];

        assert(response.content[type], `${what}: the type ${type} is not documented`);
        if (response.content[type].schema) {
            validate(response.content[type].schema.$ref, JSON.parse(text), what);
        }
        return text;
    };
}

test("OpenAPI: answers are as it says", () => withDaemon([], async (daemon) => {
    const document = await openapi(daemon);
    const done = new Set();
    const ask = asker(daemon, document, done);
    const post = (body, headers = JSON_TYPE) => ({ body: typeof body === "string" || body instanceof Uint8Array
        ? body : JSON.stringify(body), headers });
    const stored = JSON.parse(await ask("post", "/v1/modules", "/v1/modules?name=kit", 201, post(kit(), MODULE)));
    const etag = `"${stored.id}"`;

    for (const path of ["/", "/openapi.json", "/livez", "/readyz", "/metrics"]) {
        await ask("get", path, path, 200);
    }
    for (const file of ["style.css", "icon.svg", "main.js"]) {
        await ask("get", "/page/{file}", `/page/${file}`, 200);
    }
    await ask("get", "/page/{file}", "/page/none", 404);
    await ask("post", "/v1/modules", "/v1/modules", 200, post(kit(), MODULE));
    await ask("post", "/v1/modules", "/v1/modules", 400, post(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1]), MODULE));
    await ask("post", "/v1/modules", "/v1/modules", 415, post("x", { "Content-Type": "text/plain" }));
    await ask("put", "/v1/modules/{name}", "/v1/modules/importer", 201, post(importer(), MODULE));
    await ask("put", "/v1/modules/{name}", "/v1/modules/kit", 200, post(kit(), MODULE));
    await ask("put", "/v1/modules/{name}", "/v1/modules/kit", 412,
        post(kit(), { ...MODULE, "If-None-Match": "*" }));
    await ask("get", "/v1/modules", "/v1/modules", 200);
    await ask("get", "/v1/modules", "/v1/modules?limit=1", 200);
    await ask("get", "/v1/modules", "/v1/modules?limit=0", 400);
    await ask("get", "/v1/modules/{ref}", "/v1/modules/kit", 200);
    await ask("get", "/v1/modules/{ref}", "/v1/modules/importer", 200);
    await ask("get", "/v1/modules/{ref}", "/v1/modules/kit@1", 304, { headers: { "If-None-Match": "*" } });
    await ask("get", "/v1/modules/{ref}", "/v1/modules/none", 404);
    await ask("get", "/v1/modules/{ref}", "/v1/modules/%zz", 400);
    await ask("get", "/v1/modules/{ref}/wasm", "/v1/modules/kit/wasm", 200);
    await ask("get", "/v1/modules/{ref}/wasm", "/v1/modules/kit/wasm", 304, { headers: { "If-None-Match": etag } });
    await ask("post", "/v1/rpc", "/v1/rpc", 200, post([{ jsonrpc: "2.0", id: 1, method: "system.info" },
        { jsonrpc: "2.0", id: "a", method: "none" }, { jsonrpc: "2.0", id: null, method: 3 }]));
    await ask("post", "/v1/rpc", "/v1/rpc", 204, post({ jsonrpc: "2.0", method: "system.info" }));
    await ask("post", "/v1/rpc", "/v1/rpc", 200, post("{"));
    for (const [method, params] of [["add", [1, 2]], ["outer", []], ["loop", []], ["id_l", [1]], ["none", []]]) {
        await ask("post", "/v1/modules/{ref}/rpc", "/v1/modules/kit/rpc", 200,
            post({ jsonrpc: "2.0", id: 1, method, params: { args: params, limits: { fuel: 1000 } } }));
    }
    await ask("post", "/v1/modules/{ref}/rpc", "/v1/modules/kit/rpc", 204,
        post({ jsonrpc: "2.0", method: "add", params: [1, 2] }));
    await ask("post", "/v1/modules/{ref}/rpc", "/v1/modules/importer/rpc", 200,
        post({ jsonrpc: "2.0", id: 1, method: "run" }));
    await ask("delete", "/v1/modules/{ref}", "/v1/modules/kit", 412, { headers: { "If-Match": '"no"' } });
    await ask("delete", "/v1/modules/{ref}", `/v1/modules/${stored.id}`, 204);
    await ask("delete", "/v1/modules/{ref}", "/v1/modules/kit", 404);

    const admin = await daemon.addKey("--scopes", "admin", "--label", "page");
    const auth = { Authorization: `Bearer ${admin}` };
    const made = JSON.parse(await ask("post", "/v1/keys", "/v1/keys", 201,
        post({ scopes: ["call"], weight: 2 }, { ...JSON_TYPE, ...auth })));

    await ask("get", "/v1/keys", "/v1/keys", 200, { headers: auth });
    await ask("get", "/v1/keys", "/v1/keys", 401);
    await ask("post", "/v1/keys", "/v1/keys", 400, post({}, { ...JSON_TYPE, ...auth }));
    await ask("delete", "/v1/keys/{id}", `/v1/keys/${made.id}`, 204, { headers: auth });
    await ask("delete", "/v1/keys/{id}", `/v1/keys/${made.id}`, 404, { headers: auth });
    for (const { path, method, operation } of operations(document)) {
        for (const status of Object.keys(operation.responses).filter((s) => s < "300")) {
            assert(done.has(`${method} ${path} ${status}`), `${method} ${path} ${status} is not tried here`);
        }
    }
}));

test("OpenAPI and the page: HEAD and 304", () => withDaemon([], async (daemon) => {
    for (const path of ["/", "/page/style.css", "/openapi.json"]) {
        const get = await fetch(daemon.url + path);
        const head = await fetch(daemon.url + path, { method: "HEAD" });
        const text = await get.text();

        assert.equal(head.status, 200);
        assert.equal(await head.text(), "");
        for (const header of ["ETag", "Content-Type", "Content-Length", "Cache-Control"]) {
            assert.equal(head.headers.get(header), get.headers.get(header), header);
        }
        assert.equal(Number(get.headers.get("Content-Length")), Buffer.byteLength(text));
        const same = await fetch(daemon.url + path, { headers: { "If-None-Match": get.headers.get("ETag") } });

        assert.equal(same.status, 304);
        assert.equal(await same.text(), "");
        assert.equal((await fetch(daemon.url + path, { headers: { "If-None-Match": '"old"' } })).status, 200);
    }
}));

test("OpenRPC: valid", () => withDaemon([], async (daemon) => {
    const document = await discover(daemon);
    const ajv = new Ajv({ strict: false });
    // It says that it is a dialect of its own, which is draft 7 and stands elsewhere.
    const { $schema, ...schema } = structuredClone(openrpcSchema.default);

    addFormats(ajv);
    schema.definitions.JSONSchema = { $ref: "http://json-schema.org/draft-07/schema#" };
    schema.definitions.referenceObject.properties.$ref = { type: "string" };
    const check = ajv.compile(schema);

    assert(check(document), JSON.stringify(check.errors, null, 1));
    assertReferencesLead(document);
    for (const { errors, name } of document.methods) {
        assert.equal(new Set(errors.map((e) => e.code)).size, errors.length, `${name}: a code stands twice`);
    }
    delete document.methods[0].params[0].schema;
    assert(!check(document), "the validator accepts anything");
}));

test("OpenRPC: methods take and answer what it says", () => withDaemon([], async (daemon) => {
    const document = await discover(daemon);
    const validate = judge(document);

    await daemon.put("kit", kit());
    const given = {
        module: "kit", function: "add", args: [1, 2], limits: { fuel: 1000 }, limit: 1, cursor: null,
    };

    for (const method of document.methods) {
        const params = Object.fromEntries(method.params.map((p) => [p.name, given[p.name]]));
        const answer = await rpc(daemon, method.name, params);

        assert(answer.result, `${method.name}: ${JSON.stringify(answer)}`);
        validate(method.result.schema.$ref, answer.result, method.name);
        for (const param of method.params.filter((p) => p.required)) {
            const { [param.name]: _, ...rest } = params;
            const refused = await rpc(daemon, method.name, rest);

            assert.equal(refused.error.code, -32602, `${method.name} without ${param.name}`);
            assert(method.errors.some((e) => e.code === -32602));
        }
        const refused = await rpc(daemon, method.name, { ...params, more: 1 });

        assert.equal(refused.error.code, -32602, `${method.name} with one too many`);
    }
    await daemon.put("kit", kit());
    const call = document.methods.find((m) => m.name === "call");

    for (const [fn, args, limits] of [["outer", [], {}], ["loop", [], { fuel: 10 }], ["loop", [], { timeout_ms: 1 }],
        ["add", [1], {}], ["none", [], {}]]) {
        const { error } = await rpc(daemon, "call", { module: "kit", function: fn, args, limits });

        validate("#/components/schemas/RpcError", error, fn);
        assert(call.errors.some((e) => e.code === error.code && e.message.includes(`(${error.data.kind})`)),
            `${error.code} ${error.data.kind} is not documented`);
    }
}));

await main();
