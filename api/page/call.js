// The form that calls an export: a field for each parameter, limits, and what came of the calls so far.

import { getKey, rpc, url } from "./client.js";
import { announce, element, foreign, formatBytes, formatMicroseconds, formatNumber } from "./elements.js";
import { failureView } from "./failure.js";
import { formatValue, isReference, PLACEHOLDERS, readCount, readValue } from "./values.js";

const KEPT = 20; // results
const LIMITS = [
    { name: "fuel", label: "Fuel", least: 0n },
    { name: "timeout_ms", label: "Timeout in ms", least: 1n },
];

let serial = 0;

function field(labels, placeholder, members = {}) {
    const id = `field-${++serial}`;
    const says = element("p.says", { id: `${id}-says` });
    const input = element("input.mono", {
        id, type: "text", autocomplete: "off", spellcheck: "false", autocapitalize: "none",
        placeholder, "aria-describedby": says.id, ...members,
    });

    return { input, says, view: element("div.field", {}, element("label", { for: id }, labels), input, says) };
}

// Reads a field with `read`; what is wrong with it stands below it.
function readField({ input, says }, read) {
    const { json, expected } = read(input.value);
    const wrong = expected !== undefined;

    input.setAttribute("aria-invalid", String(wrong));
    says.textContent = wrong ? `Expected ${expected}.` : "";
    return json;
}

const shellQuote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curlText(params) {
    const body = `{"jsonrpc":"2.0","id":1,"method":"call","params":${params}}`;
    const key = getKey() === "" ? "" : "     -H \"Authorization: Bearer $CUPEL_KEY\" \\\n";

    return `curl -sS ${shellQuote(url("v1/rpc"))} \\\n${key}     -H 'Content-Type: application/json' \\\n     -d ${shellQuote(body)}`;
}

function valueView(value, type) {
    return element("span.value", {}, element("span.mono", {}, formatValue(value)), " ", element("span.type", {}, type ?? ""));
}

function resultView(call, result, types) {
    const stats = [
        `${formatNumber(result.fuel_used)} fuel`,
        formatMicroseconds(result.elapsed_us),
        ...(result.memory_bytes > 0 ? [`${formatBytes(result.memory_bytes)} of memory`] : []),
    ];

    return element("li.result", {}, call,
        element("p.values", {}, result.values.length === 0
            ? element("span.hint", {}, "returned nothing")
            : result.values.map((value, i) => valueView(value, types[i]))),
        element("p.stats", {}, stats.join(" · ")));
}

// The name and the arguments as they were typed.
function callView(name, texts) {
    return element("p.called.mono", {}, foreign(name), `(${texts.join(", ")})`);
}

function summary(result) {
    const values = result.values.map(formatValue).join(", ") || "nothing";

    return `Returned ${values}, ${formatNumber(result.fuel_used)} fuel, ${formatMicroseconds(result.elapsed_us)}`;
}

export class CallForm {
    // `limits` are the service's defaults, if they are known.
    constructor(module, name, type, limits) {
        this.module = module;
        this.name = name;
        this.type = type;
        this.params = type.params.map((kind, i) => this.paramField(kind, i));
        this.limits = LIMITS.map((limit) => ({
            ...limit,
            ...field([limit.label], limits ? `${formatNumber(limits[limit.name])}` : "the service's default",
                { inputmode: "numeric" }),
        }));
        this.go = element("button.primary", { type: "submit" }, "Call");
        this.stop = element("button", { type: "button", hidden: true, click: () => this.abort.abort() }, "Stop");
        this.curl = element("pre.curl.mono", { tabindex: "0", "aria-label": "The call as a curl command" });
        this.results = element("ol.results", { reversed: true });
        this.view = element("div.call", {},
            element("form", {
                novalidate: true,
                submit: (event) => {
                    event.preventDefault();
                    this.run();
                },
                input: () => this.showCurl(),
            },
            this.params.length > 0 && element("div.fields", {}, this.params.map((param) => param.view)),
            element("details", {}, element("summary", {}, "Limits"),
                element("div.fields", {}, this.limits.map((limit) => limit.view))),
            element("details", { toggle: () => this.showCurl() }, element("summary", {}, "As a command"), this.curl),
            element("div.row", {}, this.go, this.stop)),
            this.results);
    }

    paramField(kind, i) {
        const reference = isReference(kind);
        const made = field([`Argument ${i + 1} `, element("span.type", {}, kind)], PLACEHOLDERS[kind] ?? "",
            reference ? { readonly: true, value: "null" } : {});

        return { kind, ...made };
    }

    // The parameters of the method "call" as JSON text; null if a field is wrong.
    read(module, strict) {
        const args = this.params.map((param) => (strict
            ? readField(param, (text) => readValue(param.kind, text))
            : readValue(param.kind, param.input.value).json));
        const limits = this.limits.map((limit) => (strict
            ? readField(limit, (text) => readCount(text, limit.least))
            : readCount(limit.input.value, limit.least).json));
        const given = this.limits.map((limit, i) => [limit.name, limits[i]])
            .filter(([, json]) => json !== null && json !== undefined).map(([name, json]) => `"${name}":${json}`);

        if (args.includes(undefined) || limits.includes(undefined)) {
            return null;
        }
        return `{"module":${JSON.stringify(module)},"function":${JSON.stringify(this.name)},"args":[${args.join(",")}]`
            + `${given.length > 0 ? `,"limits":{${given.join(",")}}` : ""}}`;
    }

    showCurl() {
        const params = this.read(this.module.names[0] ?? this.module.id, false);

        this.curl.textContent = params === null ? "A value is missing, or wrong." : curlText(params);
    }

    async run() {
        const params = this.read(this.module.id, true);
        const call = callView(this.name, this.params.map((param) => param.input.value.trim()));

        if (params === null) {
            const wrong = [...this.params, ...this.limits].find(({ input }) => input.getAttribute("aria-invalid") === "true");

            wrong.input.closest("details")?.setAttribute("open", "");
            wrong.input.focus();
            return;
        }
        this.setRunning(true);
        try {
            const result = await rpc("call", params, this.abort.signal);

            this.add(resultView(call, result, this.type.results));
            announce(summary(result));
        } catch (failure) {
            this.add(element("li.result.failed", {}, call, failureView(failure)));
            announce(`${failure.title}: ${failure.message}`);
        }
        this.setRunning(false);
    }

    setRunning(running) {
        this.abort = new AbortController();
        this.go.setAttribute("aria-disabled", String(running));
        this.go.textContent = running ? "Running" : "Call";
        this.stop.hidden = !running;
    }

    add(view) {
        this.results.prepend(view);
        while (this.results.children.length > KEPT) {
            this.results.lastElementChild.remove();
        }
    }
}
