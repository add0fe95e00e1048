// The modules, a page at a time.

import { askJson } from "./client.js";
import { announce, byId, count, element, formatBytes, formatTime } from "./elements.js";
import { titleOf } from "./inspect.js";

const PAGE = 20;

let next = null;
let selected = null; // the id of the module that is shown
let generation = 0; // of the list: what was asked for an earlier one is dropped

function entry(module) {
    const functions = module.exports.filter((one) => one.kind === "func").length;

    return element("li", { "data-id": module.id },
        element("a.module", { href: `#/${encodeURIComponent(module.names[0] ?? module.id)}` },
            element("bdi.module-name", {}, titleOf(module)),
            element("span.module-facts", {},
                module.names.length > 1 && `and ${count(module.names.length - 1, "other name")} · `,
                `${formatBytes(module.size)} · ${count(functions, "function")} · `, formatTime(module.created))));
}

export function markSelected(id) {
    selected = id;
    for (const item of byId("list").children) {
        if (item.dataset.id === id) {
            item.firstElementChild.setAttribute("aria-current", "true");
        } else {
            item.firstElementChild.removeAttribute("aria-current");
        }
    }
}

async function load(cursor) {
    const mine = generation;
    const page = await askJson("GET", `v1/modules?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);

    if (mine !== generation) {
        return [];
    }
    const entries = page.modules.map(entry);

    if (cursor === null) {
        byId("list").replaceChildren();
    }
    byId("list").append(...entries);
    next = page.next;
    byId("list-more").hidden = next === null;
    byId("list-says").textContent = byId("list").children.length === 0 ? "There is none yet." : "";
    markSelected(selected);
    return entries;
}

// Begins anew with the first page. What was there stays until that has come.
export async function reloadList() {
    const mine = ++generation;

    try {
        await load(null);
    } catch (failure) {
        if (mine !== generation) {
            return;
        }
        byId("list").replaceChildren();
        byId("list-more").hidden = true;
        byId("list-says").textContent = `${failure.title}: ${failure.message}`;
    }
}

async function showMore() {
    try {
        const entries = await load(next);

        entries[0]?.firstElementChild.focus();
        announce(count(entries.length, "more module"));
    } catch (failure) {
        byId("list-says").textContent = `${failure.title}: ${failure.message}`;
    }
}

export function startList() {
    byId("list-more").addEventListener("click", showMore);
}
