// Elements put together from their parts. Texts become text nodes, whatever they hold: much of what this
// page shows comes out of modules that nobody vouches for.

export const byId = (id) => document.getElementById(id);

// element("a.quiet", { href: "#" }, "text", child, ...); members that are functions are listeners,
// `null` and `false` are left out.
export function element(what, members = {}, ...children) {
    const [tag, ...classes] = what.split(".");
    const made = document.createElement(tag);

    made.classList.add(...classes);
    for (const [name, value] of Object.entries(members)) {
        if (typeof value === "function") {
            made.addEventListener(name, value);
        } else if (value !== null && value !== false) {
            made.setAttribute(name, value === true ? "" : value);
        }
    }
    made.append(...children.flat().filter((child) => child !== null && child !== false));
    return made;
}

// A name out of a module: isolated, so that its direction of writing ends with it.
export const foreign = (text, what = "bdi") => element(what, {}, text === "" ? "(empty name)" : text);

// Says something to those who do not see it happen.
export function announce(text) {
    const place = byId("announcement");

    place.textContent = "";
    requestAnimationFrame(() => {
        place.textContent = text;
    });
}

const number = new Intl.NumberFormat("en");
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export const formatNumber = (value) => number.format(value);

export const count = (value, one, many = `${one}s`) => `${formatNumber(value)} ${value === 1 ? one : many}`;

export function formatBytes(value) {
    const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let i = 0;

    while (value >= 1024 && i + 1 < units.length) {
        value /= 1024;
        i++;
    }
    return `${number.format(i === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10)} ${
        i === 0 && value === 1 ? "byte" : units[i]}`;
}

export function formatMicroseconds(value) {
    if (value < 1000) {
        return `${value} µs`;
    }
    const [scaled, unit] = value < 1e6 ? [value / 1e3, "ms"] : [value / 1e6, "s"];

    return `${number.format(Math.round(scaled * 100) / 100)} ${unit}`;
}

// How long ago a time was, as an element that also has the time itself.
export function formatTime(text) {
    const seconds = (new Date(text) - Date.now()) / 1000;
    const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]]
        .find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
    const ago = unit === "second" ? "just now" : relative.format(Math.round(seconds / size), unit);

    return element("time", { datetime: text, title: new Date(text).toLocaleString("en") }, ago);
}

export const formatOffset = (offset) => `byte ${formatNumber(offset)} (0x${offset.toString(16)})`;
