// Parts that every view is made of.

import { h } from "./element.js";
import { STATUSES, word } from "./words.js";

export function card(title, ...content) { return h("section", { class: "card" }, title && h("h2", {}, title), content); }

export function soft(...content) { return h("p", { class: "soft" }, content); }

export function button(label, onclick, tone) { return h("button", { type: "button", class: tone, onclick }, label); }

/** Return why something cannot be done, where it would be done. */
export function refusal(reason, id) { return h("p", { id, class: "why refused" }, h("strong", {}, "Not possible: "), reason); }

export function joined(...texts) { return texts.flat().filter(Boolean).join(" · "); }

export function buttons(...several) { return h("p", { class: "buttons" }, several); }

/** Return the heading of a view, which takes the focus when one comes to it. */
export function title(...text) { return h("h1", { tabindex: "-1" }, text); }

const TONES = {
	succeeded: "calm", partial: "warn", failed: "alarm", refused: "alarm", rejected: "alarm", awaitingApproval: "warn",
	deferred: "warn", running: "accent", finished: "calm", cancelled: "alarm", paused: "warn", accepted: "accent",
};

export function badge(text, tone = "") { return h("span", { class: `badge ${tone}` }, text); }

export function status(name) { return badge(word(STATUSES, name), TONES[name] ?? ""); }

/** Return the mark of a status that has words of its own. */
export function state(name, words) { return badge(word(words, name), TONES[name] ?? ""); }
