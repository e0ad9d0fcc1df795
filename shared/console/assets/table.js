// Tables, and pairs of a name and a value.

import { h } from "./element.js";

/** Return a table which on a phone becomes a stack of cards; a row's cells carry the names of their columns. */
export function table(caption, columns, rows) {
	return h("table", { class: "stacks" }, h("caption", { class: "visually-hidden" }, caption),
		h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
		h("tbody", {}, rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first),
			rest.map((cell, place) => h("td", { "data-label": columns[place + 1] }, cell))))));
}

export function under(...text) { return text.some(Boolean) && h("span", { class: "under" }, text); }

/** Return names and values; those without a value are left out. */
export function facts(rows) {
	return h("dl", { class: "facts" }, rows.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, name),
		h("dd", {}, value))));
}
