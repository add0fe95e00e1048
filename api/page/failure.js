// What went wrong, where, and what is known besides.

import { count, element, foreign, formatNumber, formatOffset } from "./elements.js";
import { typeText } from "./values.js";

const SHOWN = 50;

function frame(entry, index) {
    return element("li", {},
        element("span.frame-index", {}, `#${index}`),
        " ",
        entry.name !== undefined ? foreign(entry.name, "bdi.mono") : element("span.mono", {}, "unnamed"),
        element("span.hint", {}, ` function ${entry.function_index}`,
            entry.offset !== undefined ? `, ${formatOffset(entry.offset)}` : ""));
}

function backtrace(frames, depth) {
    const more = Math.max(depth ?? 0, frames.length) - Math.min(frames.length, SHOWN);

    return element("div.backtrace", {},
        element("h4", {}, "Backtrace"),
        element("ol", {}, frames.slice(0, SHOWN).map(frame)),
        more > 0 && element("p.hint", {}, `and ${count(more, "caller")} more`));
}

function missing(imports) {
    return element("ul.missing", {}, imports.slice(0, SHOWN).map((entry) => element("li", {},
        foreign(entry.module, "bdi.mono"), ".", foreign(entry.name, "bdi.mono"), " ",
        element("span.hint", {}, `${entry.kind} ${typeText(entry.kind, entry.type)}`))));
}

function where(facts) {
    const parts = [];

    if (facts.function_index !== undefined) {
        parts.push(`function ${facts.function_index}`);
    }
    if (facts.offset !== undefined) {
        parts.push(formatOffset(facts.offset));
    }
    return parts.join(", ");
}

export function failureView(failure) {
    const { facts } = failure;
    const rows = [
        ["Where", where(facts)],
        ["Code", facts.trap],
        ["Limit", facts.limit],
        ["Most", facts.maximum !== undefined && formatNumber(facts.maximum)],
        ["Fuel used", facts.fuel_used !== undefined && formatNumber(facts.fuel_used)],
        ["Try again in", facts.retry_after_ms !== undefined && `${formatNumber(facts.retry_after_ms)} ms`],
    ].filter(([, value]) => value);

    return element("div.failure", {},
        element("h3", {}, failure.title),
        failure.detail && failure.detail !== failure.title && element("p", {}, element("bdi", {}, failure.detail)),
        rows.length > 0 && element("dl.inline-facts", {}, rows.map(([name, value]) =>
            element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
        facts.backtrace?.length > 0 && backtrace(facts.backtrace, facts.depth),
        facts.imports?.length > 0 && missing(facts.imports));
}
