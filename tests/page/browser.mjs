// Chromium for the tests: pages that may reach nothing but the daemon, and what is done on them often.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { chromium } from "playwright-core";

let browser = null;

export async function closeBrowser() {
    await browser?.close();
}

// What a browser itself writes to the console about an answer of 4xx or 5xx is no error of the page.
const ofAnswer = /^Failed to load resource: the server responded with a status of [45]/;

// Runs `body` with a page of `daemon`. Afterwards there must have been no foreign request, no error on the
// console and no exception.
export async function withPage(daemon, body, { path = "/", errors = [], ...options } = {}) {
    browser ??= await chromium.launch({
        executablePath: process.env.CHROMIUM,
        args: process.getuid() === 0 ? ["--no-sandbox"] : [], // root cannot have Chromium's
    });
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const foreign = [], complaints = [];

    page.setDefaultTimeout(60000);
    await context.route("**/*", (route) => {
        if (new URL(route.request().url()).origin === daemon.url) {
            return route.continue();
        }
        foreign.push(route.request().url());
        return route.abort();
    });
    page.on("console", (message) => {
        if (["error", "warning"].includes(message.type()) && !ofAnswer.test(message.text())
            && !errors.some((expected) => expected.test(message.text()))) {
            complaints.push(message.text());
        }
    });
    page.on("pageerror", (error) => complaints.push(error.stack));
    await page.goto(daemon.url + path);
    try {
        await body(page, context);
    } finally {
        await context.close();
    }
    assert.deepEqual(foreign, [], "foreign requests");
    assert.deepEqual(complaints, [], "on the console");
}

// Drops a file onto the page, as a hand would.
export async function dropFile(page, name, bytes) {
    const transfer = await page.evaluateHandle(([name, bytes]) => {
        const transfer = new DataTransfer();

        transfer.items.add(new File([new Uint8Array(bytes)], name, { type: "application/wasm" }));
        return transfer;
    }, [name, [...bytes]]);

    await page.dispatchEvent("#drop", "dragover", { dataTransfer: transfer });
    await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
}

export async function openModule(page, ref) {
    await page.evaluate((ref) => {
        location.hash = `#/${encodeURIComponent(ref)}`;
    }, ref);
    await page.locator("#detail h1").filter({ hasText: ref }).waitFor();
}

// The row of an exported function; its form is opened.
export async function openFunction(page, name) {
    const button = page.locator("button.function").filter({ has: page.getByText(name, { exact: true }) });

    if (await button.getAttribute("aria-expanded") === "false") {
        await button.click();
    }
    return page.locator(".functions > li").filter({ has: button });
}

// Calls a function of the module that is shown; the newest result.
export async function call(page, name, args = [], limits = {}) {
    const row = await openFunction(page, name);
    const before = await row.locator(".result").count();

    for (const [i, arg] of args.entries()) {
        const input = row.getByLabel(new RegExp(`^Argument ${i + 1} `));

        if (await input.getAttribute("readonly") === null) {
            await input.fill(arg);
        }
    }
    if (Object.keys(limits).length > 0) {
        await row.locator("details").first().evaluate((details) => {
            details.open = true;
        });
        for (const [label, value] of Object.entries(limits)) {
            await row.getByLabel(label).fill(value);
        }
    }
    await row.getByRole("button", { name: "Call", exact: true }).click();
    await row.locator(".result").nth(before).waitFor();
    return row.locator(".result").first();
}

export async function values(result) {
    return result.locator(".value > .mono").allTextContents();
}

// Is there anything wider than the page?
export async function overflow(page) {
    return page.evaluate(() => {
        const most = document.documentElement.clientWidth;

        return document.documentElement.scrollWidth <= most ? [] : [...document.querySelectorAll("body *")]
            .filter((one) => one.getBoundingClientRect().right > most + 0.5)
            .map((one) => `${one.tagName}.${one.className}#${one.id}`);
    });
}

// Pictures to look at, in the folder that CUPEL_SCREENSHOTS names.
export async function picture(page, name) {
    const folder = process.env.CUPEL_SCREENSHOTS;

    if (folder !== undefined) {
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    }
}
