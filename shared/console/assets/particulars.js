// Ticket, reason, and how the caller was verified; what this desk demands of them.

import { h, newId } from "./element.js";

const WAYS = ["Called back on the number on file", "Manager vouched", "ID card shown", "Video call", "In person"];

export class Particulars {
	constructor(demanded) {
		const needs = (name) => demanded.includes(name);
		const ways = newId("ways");
		this.inputs = {
			ticket: h("input", { maxlength: "64", required: needs("ticket"), autocomplete: "off" }),
			reason: h("textarea", { maxlength: "1024", required: needs("reason"), rows: "2" }),
			"verification.method": h("input", { maxlength: "64", required: needs("verification"), list: ways, autocomplete: "off" }),
			"verification.reference": h("input", { maxlength: "256", autocomplete: "off" }),
		};
		const { ticket, reason, "verification.method": way, "verification.reference": reference } = this.inputs;
		this.element = h("fieldset", { class: "particulars" }, h("legend", "For the record"),
			field("Ticket", ticket), field("Reason", reason),
			field("How was the caller verified?", way), h("datalist", { id: ways }, WAYS.map((each) => h("option", { value: each }))),
			field("Where is that on record?", reference));
		reference.addEventListener("input", () => { way.required = needs("verification") || Boolean(reference.value.trim()); });
	}

	values() {
		const said = (name) => this.inputs[name].value.trim();
		const verification = said("verification.method") && { method: said("verification.method"), reference: said("verification.reference") };
		return { ticket: said("ticket"), reason: said("reason"), ...(verification ? { verification } : {}) };
	}

	point(name) {
		for (const input of Object.values(this.inputs)) input.removeAttribute("aria-invalid");
		const found = this.inputs[name === "verification" ? "verification.method" : name];
		found?.setAttribute("aria-invalid", "true");
		found?.focus();
	}
}

export function field(label, input, hint) {
	input.id ||= newId("field");
	const about = hint && h("span", { class: "soft", id: `${input.id}-hint` }, hint);
	if (about) input.setAttribute("aria-describedby", about.id);
	return h("div", { class: "field" }, h("label", { for: input.id }, label,
		input.required && h("span", { class: "needed" }, " (required)")), input, about);
}
