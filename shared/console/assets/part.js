// What every view is made of.

import { h } from "./element.js";
import { STATUSES, word } from "./words.js";

export function card(title, ...content) { return h("section", { class: "card" }, title && h("h2", title), content); }

export function soft(...content) { return h("p", { class: "soft" }, content); }

export function button(label, onclick, tone) { return h("button", { type: "button", class: tone, onclick }, label); }

/** Return a button that does nothing but tell `why`, where there is something against it. */
export function guarded(label, onclick, tone, why, about) {
	return h("button", { type: "button", class: tone, "aria-disabled": why ? "true" : undefined, "aria-describedby": about,
		onclick: () => { if (!why) onclick(); } }, label);
}

export const ONLY_READ = "Whoever asks may only read; it takes MfaDesk.Operator or an equal role.";

export function refusal(reason, id) { return h("p", { id, class: "why refused" }, h("strong", "Not possible: "), reason); }

export function joined(...texts) { return texts.flat().filter(Boolean).join(" · "); }

export function buttons(...several) { return h("p", { class: "buttons" }, several); }

/** Return the heading of a view, which takes the focus when one comes to it. */
export function title(...text) { return h("h1", { tabindex: "-1" }, text); }

const TONES = {
	succeeded: "calm", partial: "warn", failed: "alarm", refused: "alarm", rejected: "alarm", awaitingApproval: "warn",
	deferred: "warn", running: "accent", finished: "calm", cancelled: "alarm", paused: "warn", accepted: "accent",
};

export function badge(text, tone = "") { return h("span", { class: `badge ${tone}` }, text); }

export function status(name, words = STATUSES) { return badge(word(words, name), TONES[name]); }

/** Return a table which on a phone becomes a stack of cards. */
export function table(caption, columns, rows) {
	return h("table", h("caption", { class: "visually-hidden" }, caption),
		h("thead", h("tr", columns.map((name) => h("th", { scope: "col" }, name)))),
		h("tbody", rows.map(([first, ...rest]) => h("tr", h("th", { scope: "row" }, first),
			rest.map((cell, place) => h("td", { "data-label": columns[place + 1] }, cell))))));
}

export function under(...text) { return text.some(Boolean) && h("span", { class: "under" }, text); }

export function facts(rows) {
	return h("dl", { class: "facts" }, rows.filter(([, value]) => value).map(([name, value]) => h("div", h("dt", name),
		h("dd", value))));
}
