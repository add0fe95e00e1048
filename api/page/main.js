// The page as a whole: which module the address names, who is asked, and with which key.

import { askJson, getKey, onUnauthorized, rpc, setKey } from "./client.js";
import { byId, count } from "./elements.js";
import { showFailure, showModule } from "./inspect.js";
import { markSelected, reloadList, startList } from "./list.js";
import { startUpload } from "./upload.js";

let limits = null; // what a call may use by default
let shown = 0; // counts what is shown: an answer that comes late is dropped

// ---- the module that the address names ---------------------------------------------------------------

function wantedRef() {
    if (!location.hash.startsWith("#/")) {
        return "";
    }
    try {
        return decodeURIComponent(location.hash.slice(2));
    } catch {
        return location.hash.slice(2);
    }
}

async function onDeleted() {
    location.hash = "#/";
    await reloadAll();
    byId("list-title").scrollIntoView({ block: "nearest" });
}

async function showWanted(moveFocus) {
    const ref = wantedRef();
    const place = byId("detail");
    const mine = ++shown;

    document.body.classList.toggle("has-detail", ref !== "");
    document.title = ref === "" ? "Cupel" : `${ref} · Cupel`;
    if (ref === "") {
        place.replaceChildren(empty);
        markSelected(null);
        return;
    }
    try {
        const module = await askJson("GET", `v1/modules/${encodeURIComponent(ref)}`);

        if (mine === shown) {
            showModule(place, module, limits, onDeleted);
            markSelected(module.id);
        }
    } catch (failure) {
        if (mine === shown) {
            showFailure(place, failure);
            markSelected(null);
        }
    }
    if (moveFocus && mine === shown) {
        (place.querySelector("h1") ?? place).focus();
    }
}

const empty = byId("empty");

// ---- the service -------------------------------------------------------------------------------------

async function showService() {
    try {
        const info = await rpc("system.info", "{}");

        limits = info.limits.default;
        byId("service").textContent = `version ${info.version} · ${count(info.modules, "module")}`;
    } catch {
        byId("service").textContent = "runs WebAssembly that nobody vouches for";
    }
}

async function reloadAll() {
    await showService();
    await reloadList();
    await showWanted(false);
}

// ---- the key -----------------------------------------------------------------------------------------

function openKeyPanel(says) {
    byId("key-panel").hidden = false;
    byId("key-toggle").setAttribute("aria-expanded", "true");
    byId("key-forget").hidden = getKey() === "";
    byId("key-says").textContent = says;
    byId("key").focus();
}

function closeKeyPanel() {
    byId("key-panel").hidden = true;
    byId("key-toggle").setAttribute("aria-expanded", "false");
    byId("key-toggle").classList.toggle("has-key", getKey() !== "");
    byId("key-toggle").textContent = getKey() === "" ? "Key" : "Key ✓";
    byId("key").value = "";
}

function takeKey(key) {
    setKey(key);
    closeKeyPanel();
    byId("key-toggle").focus();
    reloadAll();
}

function startKey() {
    onUnauthorized(() => {
        if (byId("key-panel").hidden) {
            openKeyPanel(getKey() === "" ? "This service needs a key." : "The service does not know this key.");
        }
    });
    byId("key-toggle").addEventListener("click", () => {
        if (byId("key-panel").hidden) {
            openKeyPanel("");
        } else {
            closeKeyPanel();
        }
    });
    byId("key-panel").addEventListener("submit", (event) => {
        event.preventDefault();
        if (byId("key").value.trim() !== "") {
            takeKey(byId("key").value.trim());
        }
    });
    byId("key-panel").addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
            closeKeyPanel();
            byId("key-toggle").focus();
        }
    });
    byId("key-forget").addEventListener("click", () => takeKey(""));
    closeKeyPanel();
}

// ---- all of it ---------------------------------------------------------------------------------------

async function onStored(module, name) {
    const hash = `#/${encodeURIComponent(name || module.id)}`;

    await showService();
    await reloadList();
    if (location.hash === hash) {
        await showWanted(true);
    } else {
        location.hash = hash; // and the listener does the rest
    }
}

document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("detail").focus();
});
addEventListener("hashchange", () => showWanted(true));
startKey();
startList();
startUpload(onStored);
reloadAll();
