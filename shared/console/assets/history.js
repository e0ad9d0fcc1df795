// What was done to somebody, with the human behind each line.

import { h } from "./element.js";
import { moment } from "./moment.js";
import { badge, joined, soft, status } from "./part.js";
import { listed } from "./problem.js";
import { to } from "./route.js";
import { DEEDS, STANDINGS, THROUGH, account, method, person, word } from "./words.js";

const TONES = { matched: "accent", pending: "accent", unconfirmed: "warn", alarm: "alarm", outsideDesk: "warn", selfService: "calm" };

export function history(place, id, signal) {
	return listed(place, signal, `users/${id}/history`, {}, ({ lines, continuation }) => lines.length || continuation
		? h("ol", { class: "history" }, lines.map(line)) : soft("Nothing is on record."));
}

function line(told) {
	return h("li",
		h("p", { class: "head" }, moment(told.at), " ", badge(word(STANDINGS, told.standing), TONES[told.standing]),
			told.result !== "succeeded" && [" ", status(told.result)]),
		h("ul", { class: "deeds" }, (told.deeds ?? []).map((deed) => h("li", words(deed)))),
		told.standing !== "selfService" && h("p", "By ", h("strong", person(told.askedBy)), " ",
			h("span", { class: "soft" }, account(told.askedBy)),
			", through ", word(THROUGH, told.through), told.askedBy.tool && ` (${told.askedBy.tool})`, "."),
		told.approval && h("p", `${told.approval.verdict === "approved" ? "Approved" : "Rejected"} by `, person(told.approval.by),
			told.approval.comment && `: “${told.approval.comment}”`),
		(told.ticket || told.reason) && soft(joined(told.ticket, told.reason)),
		(told.afterwards ?? []).map(({ at, methods }) => h("p", "Registered afterwards, ", moment(at), ": ",
			(methods ?? []).map(method).join(", ") || "a method")),
		told.note && soft(told.note),
		told.requestId && h("p", h("a", { href: to(["request", told.requestId]) }, "The request")));
}

function words({ kind, methods = [], before, after, detail, failed }) {
	const more = methods.map(method).join(", ") || (before || after ? `${before || "unknown"} → ${after || "unknown"}` : detail);
	const what = DEEDS[kind] ? [DEEDS[kind], more].filter(Boolean).join(": ") : detail || kind;
	return failed ? `${what} (tried in vain)` : what;
}
