// How it goes, method by method: by what Microsoft Graph still lists, and not by guessing.

import { get, isTrouble } from "./api.js";
import { h } from "./element.js";
import { putOff } from "./record.js";
import { pause } from "./submission.js";
import { method } from "./words.js";

const LOOK = 1200; // ms between two looks at Graph

export function progress(userId, methods, outer) {
	const lines = new Map(methods.map((each) => [`${each.type} ${each.id}`, line(each)]));
	const said = h("div", { role: "status" }, "The desk is at it …");
	const putting = h("div", { role: "status" });
	const element = h("div", h("h3", "At work"), said, putting, h("ul", { class: "results" }, [...lines.values()]));
	const ending = new AbortController();
	const signal = AbortSignal.any([outer, ending.signal]);
	if (methods.length) follow(userId, lines, said, signal);
	return { element, tell: ({ deferredUntil }) => putting.replaceChildren(deferredUntil ? putOff(deferredUntil) : ""),
		end: () => { ending.abort(); element.remove(); } };
}

function line(told) {
	return h("li", { class: "waiting" }, h("span", { class: "mark", "aria-hidden": "true" }, "○"), " ", method(told), ": ",
		h("span", { class: "soft state" }, "still registered"));
}

async function follow(userId, lines, said, signal) {
	try {
		for (;;) {
			await pause(LOOK, signal);
			const { body } = await get(`users/${userId}`, signal);
			mark(lines, said, new Set((body.methods ?? []).filter((each) => each.active !== false).map((each) => `${each.type} ${each.id}`)));
		}
	} catch (error) {
		// A look on the side that does not come is no matter: how it ends is told by the request itself.
		isTrouble(error);
	}
}

function mark(lines, said, registered) {
	let gone = 0;
	for (const [key, element] of lines) {
		if (registered.has(key)) continue;
		gone += 1;
		element.className = "gone";
		element.querySelector(".mark").textContent = "✓";
		element.querySelector(".state").textContent = "not registered any more";
	}
	said.textContent = `${gone} of ${lines.size} gone.`;
}
