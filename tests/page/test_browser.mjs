// The page in Chromium: everything that it does, by hand and by keyboard, wide and narrow, light and dark.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { call, closeBrowser, dropFile, openFunction, openModule, overflow, picture, values, withPage } from "./browser.mjs";
import { main, test, withDaemon } from "./harness.mjs";
import { importer, kit, sample, wasm } from "./wasm.mjs";

const adder = (salt) => wasm({
    functions: [["add", "ii:i", [0x20, 0, 0x20, 1, 0x6a]]], custom: [["salt", [salt & 0xff, salt >> 8]]],
});

// A test with a daemon that has the modules, and a page of it.
function pageTest(name, modules, body, options = {}) {
    test(name, () => withDaemon(options.daemon ?? [], async (daemon) => {
        for (const [ref, bytes] of Object.entries(modules)) {
            await daemon.put(ref, bytes);
        }
        await withPage(daemon, (page, context) => body(page, daemon, context), options);
    }));
}

const listed = (page) => page.locator("#list .module-name").allTextContents();
const announced = (page, text) => page.locator("#announcement").filter({ hasText: text }).waitFor({ state: "attached" });
const heading = (page) => page.locator("#detail h1");

// ---- upload, list, inspect ---------------------------------------------------------------------------

pageTest("upload by drop", {}, async (page, daemon) => {
    await page.getByText("There is none yet.").waitFor();
    await dropFile(page, "My Sample (2).wasm", sample());
    assert.equal(await page.getByLabel("Name", { exact: false }).first().inputValue(), "my-sample-2-");
    await page.locator("#name").fill("sample");
    await page.keyboard.press("Enter");
    await heading(page).filter({ hasText: "sample" }).waitFor();
    assert.deepEqual(await listed(page), ["sample"]);
    assert.match(await page.locator("#upload-says").textContent(), /Stored/);
    const stored = await fetch(`${daemon.url}/v1/modules/sample/wasm`);

    assert.deepEqual(Buffer.from(await stored.arrayBuffer()), sample());
    await dropFile(page, "sample.wasm", sample());
    await page.keyboard.press("Enter"); // the button has the focus
    await page.locator("#upload-says").filter({ hasText: "were stored already" }).waitFor();
});

pageTest("upload of a chosen file, without a name", {}, async (page) => {
    await page.setInputFiles("#file", { name: "a.wasm", mimeType: "application/wasm", buffer: sample() });
    await page.locator("#name").fill("");
    await page.getByRole("button", { name: "Upload" }).click();
    await heading(page).filter({ hasText: "sha256:" }).waitFor();
    assert.match(await page.locator("#detail .id code").textContent(), /^sha256:[0-9a-f]{64}$/);
});

pageTest("an upload that is refused says what is wrong and where", {}, async (page) => {
    await page.getByText("There is none yet.").waitFor();
    await dropFile(page, "bad.wasm", [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 2, 1]);
    await page.keyboard.press("Enter");
    const failure = page.locator("#upload-says .failure");

    await failure.waitFor();
    assert.match(await failure.textContent(), /Malformed module.*byte \d+ \(0x/s);
    await page.locator("#name").fill("Not a name");
    await page.keyboard.press("Enter");
    await page.getByText("This is not a name.").waitFor();
    assert.equal(await page.locator("#name").getAttribute("aria-invalid"), "true");
    await page.getByRole("button", { name: "Cancel" }).click();
    assert(await page.locator("#upload-more").isHidden());
    assert.deepEqual(await listed(page), []);
});

test("the list is shown by pages", () => withDaemon([], async (daemon) => {
    for (let i = 0; i < 45; i++) {
        await daemon.put(`m${i}`, adder(i));
    }
    await withPage(daemon, async (page) => {
        const more = page.getByRole("button", { name: "Show more" });

        for (const shown of [20, 40]) {
            await page.locator("#list li").nth(shown - 1).waitFor();
            assert.deepEqual(await listed(page), Array.from({ length: shown }, (_, i) => `m${i}`));
            await more.click();
        }
        await page.locator("#list li").nth(44).waitFor();
        assert(await more.isHidden());
        assert.equal(await page.evaluate(() => document.activeElement.textContent.slice(0, 3)), "m40");
        await page.locator("#list a").nth(7).click();
        await heading(page).filter({ hasText: "m7" }).waitFor();
        assert.equal(await page.locator("#list [aria-current]").count(), 1);
        await page.goBack();
        await page.locator("#empty").waitFor();
    });
}));

pageTest("a module looked into", { kit: kit(), importer: importer() }, async (page, daemon, context) => {
    await openModule(page, "kit");
    const text = await page.locator("#detail").innerText();

    for (const says of ["add", "(i32, i32) → i32", "(i32, f64) → (f64, i32)", "1 to 2 pages", "notes", "3 bytes", "kit@1",
        "simd", `${kit().length} bytes`]) {
        assert(text.includes(says), `${says} is not there: ${text}`);
    }
    assert.equal(await page.locator(".functions b").count(), 0, "a name became markup");
    assert.equal(await page.locator(".function-name").last().textContent(), "<b>odd</b> \u202ename");
    await page.getByLabel("Filter function by name").fill("id_");
    assert.deepEqual(await page.locator(".function-name").allTextContents(),
        ["id_i", "id_l", "id_f", "id_d", "id_v", "id_E"]);

    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);

    assert.equal(file.suggestedFilename(), "kit.wasm");
    assert.deepEqual(readFileSync(await file.path()), Buffer.from(kit()));
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: daemon.url });
    await page.getByRole("button", { name: "Copy" }).click();
    await announced(page, "Copied");
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^sha256:/);

    await openModule(page, "importer");
    const imports = await page.locator("#detail table").first().innerText();

    assert.match(imports, /env\s+log\s+func\s+\(i32\) → \(\)\s+env\s+now\s+func\s+\(\) → i64/);
    await page.evaluate(() => {
        location.hash = "#/none";
    });
    await page.locator("#detail .failure").filter({ hasText: "Module not found" }).waitFor();
    await page.evaluate(() => {
        location.hash = "#/%zz";
    });
    await page.locator("#detail .failure").filter({ hasText: "%zz" }).waitFor();
});

// ---- calls -------------------------------------------------------------------------------------------

// function, arguments, the values that come back as they are shown
const CALLS = [
    ["add", ["40", "2"], ["42"]],
    ["add", ["4294967295", "0"], ["-1"]],
    ["add", ["0x10", "-1"], ["15"]],
    ["id_l", ["9223372036854775807"], ["9223372036854775807"]],
    ["id_l", ["-9223372036854775808"], ["-9223372036854775808"]],
    ["id_l", ["18446744073709551615"], ["-1"]],
    ["id_f", ["0.1"], ["0.1"]],
    ["id_f", ["16777217"], ["16777216"]],
    ["id_f", ["nan:0x7fc00001"], ["nan:0x7fc00001"]],
    ["id_d", ["nan:0x7ff8000000000123"], ["nan:0x7ff8000000000123"]],
    ["id_d", ["-nan"], ["-nan"]],
    ["id_d", ["-inf"], ["-inf"]],
    ["id_d", ["-0"], ["-0"]],
    ["id_d", [".5"], ["0.5"]],
    ["id_d", ["5e-324"], ["5e-324"]],
    ["id_v", [`0x${"0123456789abcdef".repeat(2)}`], [`0x${"0123456789abcdef".repeat(2)}`]],
    ["id_E", [""], ["null"]],
    ["null_func", [], ["null"]],
    ["swap", ["1", "2.5"], ["2.5", "1"]],
];

pageTest("calls and their values", { kit: kit() }, async (page) => {
    await openModule(page, "kit");
    for (const [name, args, expected] of CALLS) {
        const result = await call(page, name, args);

        assert.deepEqual(await values(result), expected, `${name}(${args}): ${await result.innerText()}`);
        assert.match(await result.locator(".stats").innerText(), /^[\d,]+ fuel · .* (µs|ms|s)\b/);
    }
    await announced(page, /Returned 2.5, 1, 2 fuel/);
    await call(page, "<b>odd</b> \u202ename");
    await page.locator(".result").getByText("returned nothing").waitFor();
    assert.equal(await page.locator(".result.failed").count(), 0);
});

pageTest("arguments that are wrong are not sent", { kit: kit() }, async (page) => {
    let calls = 0;

    await openModule(page, "kit");
    page.on("request", (request) => {
        calls += request.url().endsWith("/rpc");
    });
    for (const [name, args, wrong, says] of [
        ["add", ["1", "4294967296"], 1, "an integer from -2147483648 to 4294967295"],
        ["add", ["", "x"], 0, "an integer from"], ["id_v", ["0x1"], 0, "0x and 32 hex digits"],
        ["id_d", ["one"], 0, "a number, nan"]]) {
        const row = await openFunction(page, name);

        for (const [i, arg] of args.entries()) {
            await row.getByLabel(`Argument ${i + 1}`).fill(arg);
        }
        await row.getByRole("button", { name: "Call", exact: true }).click();
        const input = row.getByLabel(`Argument ${wrong + 1}`);

        assert.equal(await input.getAttribute("aria-invalid"), "true");
        assert(await input.evaluate((one) => one === document.activeElement), "the field has no focus");
        const described = await input.getAttribute("aria-describedby");

        assert((await page.locator(`#${described}`).innerText()).includes(says));
    }
    const row = await openFunction(page, "add");

    await row.getByLabel("Argument 1").fill("1");
    await row.getByLabel("Argument 2").fill("1");
    await row.getByText("Limits", { exact: true }).click();
    await row.getByLabel("Timeout in ms").fill("soon");
    await row.getByText("Limits", { exact: true }).click();
    await row.getByRole("button", { name: "Call", exact: true }).click();
    await row.getByText("Expected an integer, 1 or more.").waitFor();
    assert.equal(calls, 0);
});

pageTest("failures say what and where", { kit: kit(), importer: importer() }, async (page) => {
    await openModule(page, "kit");
    const trap = await call(page, "outer");

    assert.match(await trap.innerText(), /unreachable/);
    assert.deepEqual((await trap.locator(".backtrace li").allInnerTexts()).map((line) => line.replace(/, byte.*/, "")),
        ["#0 fails function 11", "#1 inner function 10", "#2 outer function 9"]);
    assert.match(await trap.locator(".backtrace li").first().innerText(), /byte \d+ \(0x[0-9a-f]+\)/);
    await announced(page, "Trap");
    const fuel = await call(page, "loop", [], { Fuel: "1,000" });

    assert.match(await fuel.innerText(), /Out of fuel.*1,000/s);
    const late = await call(page, "loop", [], { Fuel: "", "Timeout in ms": "10" });

    assert.match(await late.innerText(), /Timeout.*10 ms/s);
    const much = await call(page, "add", ["1", "2"], { Fuel: "999999999999999999" });

    assert.match(await much.innerText(), /limits\.fuel.*Most\s+1,000,000,000,000/s);
    await openModule(page, "importer");
    const link = await call(page, "run");

    assert.match(await link.innerText(), /Imports are missing.*env\.log func \(i32\) → \(\).*env\.now/s);
});

pageTest("a call is stopped", { kit: kit() }, async (page) => {
    await openModule(page, "kit");
    const row = await openFunction(page, "loop");

    await row.getByText("Limits", { exact: true }).click();
    await row.getByLabel("Fuel").fill("1000000000000");
    await row.getByLabel("Timeout in ms").fill("60000");
    await row.getByRole("button", { name: "Call", exact: true }).click();
    await row.getByRole("button", { name: "Stop" }).click();
    await row.locator(".result").filter({ hasText: "Stopped" }).waitFor();
    assert.deepEqual(await values(await call(page, "add", ["1", "2"])), ["3"]);
}, { errors: [/ERR_ABORTED/] });

pageTest("the call as a command", { kit: kit() }, async (page, daemon) => {
    await openModule(page, "kit");
    const row = await openFunction(page, "id_l");

    await row.getByText("As a command").click();
    assert.match(await row.locator(".curl").innerText(), /missing/);
    await row.getByLabel("Argument 1").fill("7");
    const text = await row.locator(".curl").innerText();

    assert(text.startsWith(`curl -sS '${daemon.url}/v1/rpc'`));
    const body = JSON.parse(/-d '(.*)'$/s.exec(text)[1]);

    assert.deepEqual(body.params, { module: "kit", function: "id_l", args: ["7"] });
});

pageTest("a module is deleted after a question", { kit: kit(), importer: importer() }, async (page, daemon) => {
    await openModule(page, "kit");
    await page.getByRole("button", { name: "Delete" }).click();
    await picture(page, "dialog");
    assert.match(await page.locator("#confirm").innerText(), /Delete kit\?.*kit@1/s);
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.keyboard.press("Escape");
    assert.equal((await fetch(`${daemon.url}/v1/modules/kit`)).status, 200);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.locator("#confirm").getByRole("button", { name: "Delete" }).click();
    await page.locator("#empty").waitFor();
    await announced(page, "kit is deleted");
    assert.equal((await fetch(`${daemon.url}/v1/modules/kit`)).status, 404);
    await page.locator("#list li").filter({ hasText: "kit" }).waitFor({ state: "detached" });
    assert.deepEqual(await listed(page), ["importer"]);
});

// ---- keyboard ----------------------------------------------------------------------------------------

// What has the focus, and whether one sees that it does.
const focused = (page) => page.evaluate(() => {
    const at = document.activeElement;
    const shows = at.id === "file" ? at.nextElementSibling : at;
    const style = getComputedStyle(shows);

    return { name: (at.innerText || at.getAttribute("aria-label") || at.id || at.tagName).trim(),
        visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 };
});

// Tabs on until something of this name has the focus; each stop must be seen.
async function tabTo(page, name) {
    for (let i = 0; i < 80; i++) {
        await page.keyboard.press("Tab");
        const at = await focused(page);

        assert(at.visible || at.name.startsWith("Cupel runs"), `the focus is not seen on ${at.name}`);
        if (at.name.startsWith(name)) {
            return;
        }
    }
    assert.fail(`Tab does not lead to ${name}`);
}

pageTest("everything by keyboard", { kit: kit() }, async (page) => {
    await page.locator("#list li").first().waitFor();
    await page.keyboard.press("Tab");
    assert.equal((await focused(page)).name, "Skip to the module");
    await tabTo(page, "file");
    await tabTo(page, "kit");
    await page.keyboard.press("Enter");
    await heading(page).waitFor();
    await tabTo(page, "add");
    await page.keyboard.press("Space");
    await page.keyboard.type("40");
    await page.keyboard.press("Tab");
    await page.keyboard.type("2");
    await tabTo(page, "Limits");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type("100");
    await tabTo(page, "Call");
    await page.keyboard.press("Enter");
    await page.locator(".result").waitFor();
    assert.deepEqual(await values(page.locator(".result")), ["42"]);
    assert.equal((await focused(page)).name, "Call");
    for (let i = 0; i < 40 && (await focused(page)).name !== "Delete"; i++) {
        await page.keyboard.press("Shift+Tab");
    }
    await page.keyboard.press("Enter");
    assert.equal((await focused(page)).name, "Keep it");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("There is none yet.").waitFor();
});

// ---- keys --------------------------------------------------------------------------------------------

test("a key is asked for, kept and forgotten", () => withDaemon([], async (daemon) => {
    await daemon.put("kit", kit());
    const key = await daemon.addKey("--scopes", "modules:read,call");

    await withPage(daemon, async (page) => {
        const panel = page.locator("#key-panel");

        await panel.getByText("This service needs a key.").waitFor();
        assert.equal((await focused(page)).name, "key");
        await picture(page, "key");
        await page.keyboard.type("wrong");
        await page.keyboard.press("Enter");
        await panel.getByText("The service does not know this key.").waitFor();
        await page.locator("#key").fill(key);
        await page.keyboard.press("Enter");
        await page.locator("#list li").first().waitFor();
        assert(await panel.isHidden());
        assert.equal(await page.evaluate(() => sessionStorage.getItem("cupel-key")), key);
        assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
        await page.reload();
        await page.locator("#list li").first().waitFor();
        await openModule(page, "kit");
        assert.deepEqual(await values(await call(page, "add", ["1", "2"])), ["3"]);
        const row = await openFunction(page, "add");

        await row.getByText("As a command").click();
        assert.match(await row.locator(".curl").innerText(), /Bearer \$CUPEL_KEY/);
        assert(!(await page.content()).includes(key), "the key stands in the page");

        await page.getByRole("button", { name: "Delete" }).click();
        await page.locator("#confirm").getByRole("button", { name: "Delete" }).click();
        await page.locator("#detail-says .failure").filter({ hasText: "modules:write" }).waitFor();
        await dropFile(page, "a.wasm", sample());
        await page.keyboard.press("Enter");
        await page.locator("#upload-says .failure").filter({ hasText: "modules:write" }).waitFor();

        await page.getByRole("button", { name: /^Key/ }).click();
        await page.getByRole("button", { name: "Forget it" }).click();
        await panel.getByText("This service needs a key.").waitFor();
        assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    });
}));

// ---- looks -------------------------------------------------------------------------------------------

// The lowest contrast of a text with what is behind it, by WCAG's formula.
const lowestContrast = (page) => page.evaluate(() => {
    const parse = (color) => color.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (one) => {
        for (; one !== null; one = one.parentElement) {
            const color = parse(getComputedStyle(one).backgroundColor);

            if (color[3] !== 0) {
                return color;
            }
        }
        return [255, 255, 255];
    };
    let lowest = { ratio: 99 };

    for (const one of document.querySelectorAll("body *")) {
        const hasText = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");

        if (hasText && one.checkVisibility()) {
            const [a, b] = [light(parse(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
            const ratio = (a + 0.05) / (b + 0.05);

            if (ratio < lowest.ratio) {
                lowest = { ratio, text: one.textContent.slice(0, 40) };
            }
        }
    }
    return lowest;
});

const LOOKS = [
    ["wide-light", 1280, "light"], ["wide-dark", 1280, "dark"], ["middle-light", 768, "light"],
    ["phone-light", 360, "light"], ["phone-dark", 360, "dark"],
];
const grounds = new Set();

for (const [name, width, colorScheme] of LOOKS) {
    pageTest(`looks: ${name}`, {
        sample: sample(), kit: kit(), importer: importer(), [`long-${"name".repeat(30)}`]: adder(1),
        odd: wasm({ functions: [["f".repeat(300), `${"i".repeat(12)}:${"l".repeat(5)}`, [0x42, 0, 0x42, 1, 0x42, 2, 0x42, 3, 0x42, 4]]] }),
    }, async (page) => {
        const look = async (what) => {
            assert.deepEqual(await overflow(page), [], `${what}: wider than the page`);
            const { ratio, text } = await lowestContrast(page);

            assert(ratio >= 4.5, `${what}: a contrast of ${ratio.toFixed(2)} at "${text}"`);
            await picture(page, `${name}-${what}`);
        };

        await page.locator("#list li").nth(4).waitFor();
        grounds.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
        await look("list");
        await dropFile(page, "a file with a rather long name that does not end.wasm", sample());
        await look("upload");
        await openModule(page, "kit");
        await call(page, "outer");
        await call(page, "id_v", [`0x${"0123456789abcdef".repeat(2)}`]);
        await call(page, "add", ["1", "2"], { Fuel: "100" });
        const row = await openFunction(page, "add");

        await row.getByText("As a command").click();
        await row.getByLabel("Argument 1").fill("x");
        await row.getByRole("button", { name: "Call", exact: true }).click();
        await look("calls");
        await page.getByRole("button", { name: "Delete" }).click();
        await look("question");
        await page.keyboard.press("Escape");
        await openModule(page, "importer");
        await call(page, "run");
        await look("imports");
        await openModule(page, "odd");
        await call(page, "f".repeat(300), Array.from({ length: 12 }, (_, i) => `${i}`));
        await look("odd");
        await openModule(page, `long-${"name".repeat(30)}`);
        await page.getByRole("button", { name: /^Key/ }).click();
        await look("long");
    }, { viewport: { width, height: 800 }, colorScheme, deviceScaleFactor: width < 500 ? 2 : 1 });
}

test("looks: light and dark differ", async () => {
    assert.equal(grounds.size, 2);
});

// ---- what keeps it safe ------------------------------------------------------------------------------

pageTest("nothing but the page's own scripts runs", { kit: kit() }, async (page, daemon) => {
    const policy = (await fetch(`${daemon.url}/`)).headers.get("Content-Security-Policy");

    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert(!/unsafe|\*|https?:|data:/.test(policy), policy);
    await page.locator("#list li").first().waitFor();
    const refused = await page.evaluate(() => [
        () => document.createElement("img").setAttribute("onerror", "0"),
        () => document.body.insertAdjacentHTML("beforeend", "<b>no</b>"),
    ].map((attempt) => {
        try {
            attempt();
            return "done";
        } catch {
            return "refused";
        }
    }));

    assert.deepEqual(refused, ["refused", "refused"]);
}, { errors: [/Trusted(HTML|Script)/] });

pageTest("without a service the page says so", { kit: kit() }, async (page, daemon, context) => {
    await openModule(page, "kit");
    await openFunction(page, "add"); // it is there
    await context.setOffline(true);
    const result = await call(page, "add", ["1", "2"]);

    assert.match(await result.innerText(), /No answer/);
    await context.setOffline(false);
}, { errors: [/ERR_INTERNET_DISCONNECTED/] });

pageTest("behind a proxy with a path of its own", { kit: kit() }, async (page, daemon) => {
    const asked = [];

    await page.route("**/cupel/**", async (route) => {
        const url = route.request().url().replace("/cupel/", "/");

        asked.push(url);
        await route.fulfill({ response: await route.fetch({ url }) });
    });
    await page.goto(`${daemon.url}/cupel/#/kit`);
    await heading(page).filter({ hasText: "kit" }).waitFor();
    assert.deepEqual(await values(await call(page, "add", ["1", "2"])), ["3"]);
    assert(asked.some((url) => url.endsWith("/v1/rpc")));
});

await main(closeBrowser);
