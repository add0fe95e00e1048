// A module looked into: what it is, what it exports and imports, and how to call it.

import { ask } from "./client.js";
import { CallForm } from "./call.js";
import { announce, byId, count, element, foreign, formatBytes, formatMicroseconds, formatNumber, formatTime } from "./elements.js";
import { failureView } from "./failure.js";
import { typeText } from "./values.js";

const SHOWN = 200; // rows of a list; the rest is found by the filter
const FILTER_FROM = 12;

export const titleOf = (module) => module.names[0] ?? `${module.id.slice(0, 17)}…`;

function facts(module) {
    const { counts = {} } = module;
    const rows = [
        ["Size", formatBytes(module.size)],
        ["Functions", formatNumber(counts.functions ?? 0)],
        ["Compiled in", module.compile_us !== undefined && formatMicroseconds(module.compile_us)],
        ["Compiled form", module.image_bytes > 0 && formatBytes(module.image_bytes)],
        ["Start function", module.start !== undefined && `function ${module.start}`],
        ["Stored", formatTime(module.created)],
    ].filter(([, value]) => value);

    return element("dl.facts", {}, rows.map(([name, value]) =>
        element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

function copyButton(text) {
    const button = element("button.small", {
        type: "button",
        click: async () => {
            try {
                await navigator.clipboard.writeText(text);
                button.textContent = "Copied";
                announce("Copied");
            } catch {
                announce("The browser does not let this page copy");
            }
        },
    }, "Copy");

    return button;
}

function section(title, ...content) {
    return element("section", {}, element("h2", {}, title), ...content);
}

// A list with a field above that filters it by name, if it is long.
function filtered(entries, nameOf, makeList, label) {
    const place = element("div");
    const rest = element("p.hint");
    const input = element("input", {
        type: "search", "aria-label": `Filter ${label} by name`, placeholder: `Filter ${count(entries.length, label)}`,
        autocomplete: "off", spellcheck: "false", input: () => show(),
    });

    function show() {
        const wanted = input.value.trim().toLowerCase();
        const matching = entries.filter((entry) => nameOf(entry).toLowerCase().includes(wanted));

        place.replaceChildren(makeList(matching.slice(0, SHOWN)));
        rest.textContent = matching.length > SHOWN ? `and ${formatNumber(matching.length - SHOWN)} more` : "";
    }
    show();
    return [entries.length >= FILTER_FROM && element("p.filter", {}, input), place, rest];
}

function table(head, rows) {
    return element("div.scroll", { tabindex: "0", role: "group", "aria-label": head.join(", ") },
        element("table", {},
            element("thead", {}, element("tr", {}, head.map((text) => element("th", { scope: "col" }, text)))),
            element("tbody", {}, rows.map((cells) => element("tr", {}, cells.map((cell) => element("td", {}, cell)))))));
}

let serial = 0;

// A function's row; its form is made when it is first opened.
function functionRow(module, entry, limits, open) {
    const id = `function-${++serial}`;
    const place = element("div.function-body", { id, hidden: true });
    const button = element("button.function", {
        type: "button", "aria-expanded": "false", "aria-controls": id, click: () => toggle(),
    }, foreign(entry.name, "bdi.mono.function-name"), " ",
    element("span.signature.mono", {}, typeText("func", entry.type)));
    let form = null;

    function toggle() {
        const opens = place.hidden;

        if (form === null) {
            form = new CallForm(module, entry.name, entry.type, limits);
            place.append(form.view);
        }
        place.hidden = !opens;
        button.setAttribute("aria-expanded", String(opens));
        if (opens) {
            (form.params.find(({ input }) => !input.readOnly)?.input ?? form.go).focus({ preventScroll: true });
        }
    }
    if (open) {
        form = new CallForm(module, entry.name, entry.type, limits);
        place.append(form.view);
        place.hidden = false;
        button.setAttribute("aria-expanded", "true");
    }
    return element("li", {}, button, place);
}

function exportsView(module, limits) {
    const functions = module.exports.filter((entry) => entry.kind === "func");
    const others = module.exports.filter((entry) => entry.kind !== "func");

    return [
        section("Functions", functions.length === 0
            ? element("p.hint", {}, "This module exports no function.")
            : filtered(functions, (entry) => entry.name, (shown) => element("ul.functions", {},
                shown.map((entry) => functionRow(module, entry, limits, functions.length === 1))), "function")),
        others.length > 0 && section("Other exports", filtered(others, (entry) => entry.name,
            (shown) => table(["Name", "Kind", "Type"], shown.map((entry) => [
                foreign(entry.name, "bdi.mono"), entry.kind, element("span.mono", {}, typeText(entry.kind, entry.type))])),
            "export")),
    ];
}

function importsView(module) {
    return module.imports.length > 0 && section("Imports", filtered(module.imports, (entry) => `${entry.module}.${entry.name}`,
        (shown) => table(["Module", "Name", "Kind", "Type"], shown.map((entry) => [
            foreign(entry.module, "bdi.mono"), foreign(entry.name, "bdi.mono"), entry.kind,
            element("span.mono", {}, typeText(entry.kind, entry.type))])), "import"));
}

function customView(module) {
    return module.custom_sections.length > 0 && section("Custom sections", table(["Name", "Size", "At byte"],
        module.custom_sections.slice(0, SHOWN).map((entry) => [foreign(entry.name, "bdi.mono"), formatBytes(entry.size),
            entry.offset === undefined ? "" : formatNumber(entry.offset)])));
}

function versionsView(module) {
    return module.versions.length > 0 && section("Names", table(["Name", "Meaning", "Since"],
        module.versions.slice(0, SHOWN).map((entry) => {
            const ref = `${entry.name}@${entry.version}`;

            return [element("a.mono", { href: `#/${encodeURIComponent(ref)}` }, ref),
                entry.current ? element("span.badge", {}, "current") : "earlier version", formatTime(entry.created)];
        })));
}

async function download(module) {
    try {
        const { bytes } = await ask("GET", `v1/modules/${module.id}/wasm`);
        const href = URL.createObjectURL(new Blob([bytes], { type: "application/wasm" }));

        element("a", { href, download: `${module.names[0] ?? module.id.slice(7, 23)}.wasm` }).click();
        setTimeout(() => URL.revokeObjectURL(href), 10000);
    } catch (failure) {
        byId("detail-says").replaceChildren(failureView(failure));
    }
}

// Asks first; true: go on.
function confirmDelete(module) {
    const dialog = byId("confirm");
    const names = module.versions.map((entry) => `${entry.name}@${entry.version}`);

    byId("confirm-title").textContent = `Delete ${titleOf(module)}?`;
    byId("confirm-text").textContent = `Its ${formatBytes(module.size)} go`
        + `${names.length > 0 ? `, and with them ${names.slice(0, 5).join(", ")}${names.length > 5 ? " ..." : ""}` : ""}. `
        + "Calls under way finish. This cannot be taken back.";
    dialog.returnValue = "";
    byId("confirm-no").onclick = () => dialog.close();
    byId("confirm-yes").onclick = () => dialog.close("yes");
    dialog.showModal();
    byId("confirm-no").focus();
    return new Promise((resolve) => {
        dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
}

async function remove(module, onDeleted) {
    if (!await confirmDelete(module)) {
        return;
    }
    try {
        await ask("DELETE", `v1/modules/${module.id}`);
        announce(`${titleOf(module)} is deleted`);
        onDeleted();
    } catch (failure) {
        byId("detail-says").replaceChildren(failureView(failure));
    }
}

// Shows a module in place of what was there. `limits` are the service's defaults, if they are known.
export function showModule(place, module, limits, onDeleted) {
    place.replaceChildren(...[
        element("a.back", { href: "#/" }, "← All modules"),
        element("div.title", {},
            element("h1", { tabindex: "-1" }, element("bdi", {}, titleOf(module))),
            element("div.row", {},
                element("button", { type: "button", click: () => download(module) }, "Download"),
                element("button.danger-outline", { type: "button", click: () => remove(module, onDeleted) }, "Delete"))),
        element("p.id", {}, element("code", {}, module.id), " ", copyButton(module.id)),
        element("div", { id: "detail-says", role: "alert" }),
        facts(module),
        module.features.length > 0 && element("p.features", { "aria-label": "Features it uses" },
            module.features.map((name) => element("span.chip", {}, name)).flatMap((chip) => [chip, " "])),
        ...exportsView(module, limits),
        importsView(module),
        versionsView(module),
        customView(module),
    ].filter((part) => part));
}

export function showFailure(place, failure) {
    place.replaceChildren(element("a.back", { href: "#/" }, "← All modules"),
        element("div", { role: "alert" }, failureView(failure)));
}
