// Finding somebody while one types (the combobox of the ARIA Authoring Practices).

import { announce } from "./announcer.js";
import { get, isTrouble } from "./api.js";
import { h } from "./element.js";
import { badge, joined } from "./part.js";
import { problem } from "./problem.js";
import { to } from "./route.js";
import { account, person, plural } from "./words.js";

const PAUSE = 70; // ms without a key

export function search(signal, { focused }) {
	const input = h("input", {
		id: "search", type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", maxlength: "100",
		"aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list", "data-focus": focused,
		placeholder: "Name, sign-in name, email address or object id",
	});
	const list = h("ul", { id: "found", role: "listbox", "aria-label": "People found", hidden: true });
	const trouble = h("div");
	const finder = new Finder(input, list, trouble, signal);
	input.addEventListener("input", () => finder.ask());
	input.addEventListener("keydown", (event) => finder.press(event));
	input.addEventListener("blur", () => finder.stop());
	return h("div", { class: "search" }, h("label", { for: "search" }, "Find a person"),
		h("div", input, list), trouble);
}

class Finder {
	constructor(input, list, trouble, signal) {
		Object.assign(this, { input, list, trouble, signal, at: -1, timer: 0, asking: new AbortController() });
		signal.addEventListener("abort", () => this.stop());
	}

	hush() {
		clearTimeout(this.timer);
		this.asking.abort();
	}

	stop() {
		this.hush();
		this.show([]);
	}

	/** What was found for other letters stands until more is known; Enter does not open it. */
	ask() {
		this.hush();
		this.stale = true;
		const text = this.input.value.trim();
		if (text) this.timer = setTimeout(() => this.find(text), PAUSE);
		else this.show([]);
	}

	async find(text) {
		this.hush();
		this.asking = new AbortController();
		try {
			const { body } = await get(`users?search=${encodeURIComponent(text)}`, this.asking.signal);
			this.trouble.replaceChildren();
			this.show(body.users, text);
		} catch (error) {
			if (!isTrouble(error)) return;
			this.show([]);
			this.trouble.replaceChildren(problem(error, () => { this.input.focus(); this.find(text); }));
		}
	}

	show(people, text) {
		this.at = -1;
		this.stale = false;
		this.list.replaceChildren(...people.map((each, place) => this.option(each, place)));
		if (text && !people.length) this.list.append(h("li", { role: "option", "aria-disabled": "true" }, `Nobody fits “${text}”.`));
		const open = this.list.children.length > 0;
		this.list.hidden = !open;
		this.input.setAttribute("aria-expanded", String(open));
		this.input.removeAttribute("aria-activedescendant");
		if (text) announce(people.length ? `${plural(people.length, "person", "people")} found.` : "Nobody found.");
	}

	option(each, place) {
		return h("li", { id: `found-${place}`, role: "option", "aria-selected": "false", "data-id": each.id,
			onmousedown: (event) => event.preventDefault(), onclick: () => this.choose(each.id) },
		h("span", { class: "name" }, person(each)),
		h("span", { class: "soft" }, joined(account(each), each.jobTitle, each.department)),
		each.accountEnabled === false && badge("Disabled", "alarm"),
		each.userType === "Guest" && badge("Guest"));
	}

	press(event) {
		const options = [...this.list.querySelectorAll("[data-id]")];
		const steps = { ArrowDown: 1, ArrowUp: -1 };
		if (event.key === "Escape") { this.stop(); return; }
		if (event.key === "Enter" && options.length && !this.stale) { this.choose(options[Math.max(this.at, 0)].dataset.id); return; }
		if (!(event.key in steps) || !options.length) return;
		event.preventDefault();
		this.at = (this.at + steps[event.key] + options.length + (this.at < 0 && event.key === "ArrowUp" ? 1 : 0)) % options.length;
		options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.at)));
		options[this.at].scrollIntoView({ block: "nearest" });
		this.input.setAttribute("aria-activedescendant", options[this.at].id);
	}

	choose(id) {
		this.input.value = "";
		this.input.blur();
		location.hash = to(["person", id]);
	}
}
