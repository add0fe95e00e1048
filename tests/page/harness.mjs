// What the tests here share: running tests, and cupeld from the build folder on a free port.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const BUILD = process.env.builddir;
export const SOURCE = process.env.srcdir;
const CUPELD = join(BUILD, "cupeld");

const tests = [];

export function test(name, body) {
    tests.push({ name, body });
}

// Runs the tests (those named on the command line, if any are) and ends the process.
export async function main(afterAll = async () => {}) {
    const only = process.argv.slice(2);
    let passed = 0, failed = 0;

    for (const { name, body } of tests) {
        if (only.length > 0 && !only.some((word) => name.includes(word))) {
            continue;
        }
        try {
            await body();
            passed++;
            console.log(`passed: ${name}`);
        } catch (error) {
            failed++;
            console.log(`failed: ${name}\n${error.stack ?? error}`);
        }
    }
    await afterAll();
    console.log(`${passed} passed, ${failed} failed`);
    process.exit(failed > 0 || passed === 0 ? 1 : 0);
}

export class Daemon {
    static async start(...options) {
        const daemon = new Daemon();

        daemon.folder = mkdtempSync(join(tmpdir(), "cupel-page-"));
        daemon.database = join(daemon.folder, "cupel.db");
        daemon.config = join(daemon.folder, "cupel.conf");
        daemon.log = join(daemon.folder, "log");
        writeFileSync(daemon.config, "");
        daemon.process = spawn(CUPELD, ["--config", daemon.config, "--listen", "127.0.0.1:0",
            "--database", daemon.database, ...options],
            { stdio: ["ignore", "pipe", openSync(daemon.log, "w")] });
        daemon.ended = new Promise((resolve) => daemon.process.once("exit", resolve));
        for await (const line of createInterface({ input: daemon.process.stdout })) {
            const match = /^listening on (http:\/\/\S+)$/.exec(line);

            assert(match, `cupeld says ${line}`);
            daemon.url = match[1];
            break;
        }
        assert(daemon.url, `cupeld did not start: ${readFileSync(daemon.log, "utf8")}`);
        return daemon;
    }

    async end() {
        this.process.kill("SIGTERM");
        const status = await this.ended;
        const log = readFileSync(this.log, "utf8");

        rmSync(this.folder, { recursive: true });
        assert.equal(status, 0, log);
        assert(!log.includes("Sanitizer"), log);
    }

    // A key, which the daemon knows by the time this returns.
    async addKey(...words) {
        const key = execFileSync(CUPELD, ["key", "add", ...words, "--config", this.config,
            "--database", this.database], { encoding: "utf8", stdio: "pipe" }).trim();

        await this.awaitRefusal({}, true);
        await this.awaitRefusal({ Authorization: `Bearer ${key}` }, false);
        return key;
    }

    async awaitRefusal(headers, refused) {
        for (;;) {
            const answer = await fetch(`${this.url}/metrics`, { headers });

            await answer.arrayBuffer();
            if ((answer.status === 401) === refused) {
                return;
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    }

    async put(name, bytes, key) {
        const headers = { "Content-Type": "application/wasm" };

        if (key !== undefined) {
            headers.Authorization = `Bearer ${key}`;
        }
        const answer = await fetch(`${this.url}/v1/modules/${name}`,
            { method: "PUT", body: bytes, headers });

        const text = await answer.text();

        assert(answer.status === 201 || answer.status === 200, text);
        return JSON.parse(text);
    }
}

// Runs `body` with a daemon of its own.
export async function withDaemon(options, body) {
    const daemon = await Daemon.start(...options);

    try {
        await body(daemon);
    } finally {
        await daemon.end();
    }
}
