// A Temporary Access Pass: shown once, and gone on leaving or after a time.

import { announce } from "./announcer.js";
import { copyButton } from "./clipboard.js";
import { h } from "./element.js";
import { moment } from "./moment.js";

const SECONDS = 180;

/** Return the pass; what is returned beside it takes it away at once. */
export function accessPass(issued) {
	let text = issued.temporaryAccessPass;
	const shown = h("output", { class: "pass" }, text);
	const left = h("p", { class: "soft" });
	const element = h("section", { class: "card", "aria-label": "Temporary Access Pass" },
		h("h3", "The pass, shown this once"), shown,
		h("p", issued.isUsableOnce ? "For one sign-in" : "For any number of sign-ins",
			issued.lifetimeInMinutes && `, within ${issued.lifetimeInMinutes} minutes`,
				issued.startDateTime && [" from ", moment(issued.startDateTime)], "."),
		left, copyButton("Copy the pass", () => text, { secret: true }));
	const end = Date.now() + SECONDS * 1000;
	const timer = setInterval(tick, 1000);
	tick();
	window.addEventListener("pagehide", () => take(""), { once: true });
	function tick() {
		const seconds = Math.ceil((end - Date.now()) / 1000);
		left.textContent = `It stands here for another ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}, or until you close this.`;
		if (seconds <= 0) take("The time is over: the pass is not shown any more.");
	}
	function take(why) {
		clearInterval(timer);
		text = "";
		shown.textContent = "";
		element.replaceChildren(h("p", why));
		if (why) announce(why);
	}
	return { element, take: () => take("") };
}
