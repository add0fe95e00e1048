// Uploading: a file dropped anywhere on the page or chosen, a name, progress, and what the service says.

import { upload } from "./client.js";
import { announce, byId, element, formatBytes } from "./elements.js";
import { failureView } from "./failure.js";
import { titleOf } from "./inspect.js";

const NAME = /^[a-z0-9][a-z0-9._-]{0,127}$/;

let chosen = null;
let abort = null;

// What a file's name comes to as the name of a module.
export function nameOf(fileName) {
    return fileName.toLowerCase().replace(/\.wasm$/, "").replace(/[^a-z0-9._-]+/g, "-").replace(/^[^a-z0-9]+/, "")
        .slice(0, 128);
}

function choose(file) {
    chosen = file;
    byId("upload-more").hidden = false;
    byId("upload-says").replaceChildren();
    byId("drop-file").replaceChildren(element("bdi.file-name", {}, file.name), " ",
        element("span.hint", {}, formatBytes(file.size)));
    byId("name").value = nameOf(file.name);
    byId("name").setAttribute("aria-invalid", "false");
    byId("upload-go").focus();
    announce(`${file.name}, ${formatBytes(file.size)}`);
}

function clear() {
    chosen = null;
    byId("file").value = "";
    byId("upload-more").hidden = true;
    byId("drop-file").replaceChildren("Drop a ", element("code", {}, ".wasm"), " file, or ", element("u", {}, "choose one"));
}

function setBusy(busy) {
    byId("upload-go").setAttribute("aria-disabled", String(busy));
    byId("upload-progress").hidden = !busy;
    byId("upload-progress").value = 0;
}

async function send(onStored) {
    const name = byId("name").value.trim();
    const says = byId("upload-says");

    if (chosen === null || abort !== null) {
        return;
    }
    if (name !== "" && !NAME.test(name)) {
        byId("name").setAttribute("aria-invalid", "true");
        says.replaceChildren(element("p.says", {}, "This is not a name."));
        byId("name").focus();
        return;
    }
    says.replaceChildren();
    setBusy(true);
    try {
        const sending = upload(chosen, name, (share) => {
            byId("upload-progress").value = share;
        });

        abort = sending.abort;
        const { created, module } = await sending.done;

        clear();
        announce(`${titleOf(module)} is stored`);
        says.replaceChildren(element("p.done", {}, created ? "Stored." : "These bytes were stored already."));
        onStored(module, name);
    } catch (failure) {
        if (failure.kind !== "stopped") {
            says.replaceChildren(failureView(failure));
        }
    }
    abort = null;
    setBusy(false);
}

function startDropping() {
    const drop = byId("drop");
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

    addEventListener("dragover", (event) => {
        if (hasFiles(event)) {
            event.preventDefault();
            drop.classList.add("dragging");
        }
    });
    addEventListener("dragleave", (event) => {
        if (event.relatedTarget === null) {
            drop.classList.remove("dragging");
        }
    });
    addEventListener("drop", (event) => {
        drop.classList.remove("dragging");
        if (hasFiles(event)) {
            event.preventDefault();
            if (event.dataTransfer.files.length > 0) {
                choose(event.dataTransfer.files[0]);
            }
        }
    });
}

// `onStored` is given the module's metadata and the name that was asked for.
export function startUpload(onStored) {
    byId("file").addEventListener("change", () => {
        if (byId("file").files.length > 0) {
            choose(byId("file").files[0]);
        }
    });
    byId("upload").addEventListener("submit", (event) => {
        event.preventDefault();
        send(onStored);
    });
    byId("upload-cancel").addEventListener("click", () => {
        abort?.();
        clear();
        byId("upload-says").replaceChildren();
        byId("file").focus();
    });
    startDropping();
}
