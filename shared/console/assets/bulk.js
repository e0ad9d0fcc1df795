// Many people at once, for an incident: first a dry run, then for real.

import { isTrouble, post } from "./api.js";
import { BULK_STATES, watchBulk } from "./bulk-progress.js";
import { h, newId } from "./element.js";
import { moment } from "./moment.js";
import { ONLY_READ, buttons, card, refusal, soft, status, table, title } from "./part.js";
import { Particulars, field } from "./particulars.js";
import { LARGEST, MOST, read } from "./people-list.js";
import { listed, problem } from "./problem.js";
import { to } from "./route.js";
import { mfaState } from "./terms.js";
import { ACTIONS, actions, person, plural, word } from "./words.js";

const OFFERED = ["revokeSessions", "requireReregistration", "setPerUserMfa"];
let typed = "";

export async function show(main, { me, rest: [id], signal }) {
	main.append(title(id ? "Many at once: progress" : "Many people at once"));
	if (id) { await watchBulk(main, id, me, signal); return; }
	const earlier = h("div");
	main.append(me.authority === "auditor" ? card("", refusal(ONLY_READ)) : new BulkForm(me, signal).element, card("Earlier ones", earlier));
	await listed(earlier, signal, "bulk-requests", {}, list);
}

function list({ bulkRequests = [] }) {
	if (!bulkRequests.length) return soft("There are none.");
	return table("Bulk requests, the newest first", ["Came", "What", "People", "Status", "Asked by"], bulkRequests.map((each) => [
		h("a", { href: to(["bulk", each.id]) }, moment(each.acceptedAt)), [actions(each), each.dryRun && " (dry run)"],
		each.people.toLocaleString("en"), status(each.status, BULK_STATES), person(each.requestedBy)]));
}

class BulkForm {
	constructor(me, signal) {
		Object.assign(this, { signal, id: "", sent: "" });
		this.text = h("textarea", { rows: "8", required: true, spellcheck: "false", class: "people", oninput: () => this.count() });
		this.file = h("input", { type: "file", accept: ".csv,.txt,text/csv,text/plain", onchange: () => this.upload() });
		this.counted = h("p", { role: "status", class: "soft" }, `Up to ${MOST.toLocaleString("en")} people.`);
		this.actions = OFFERED.filter((name) => me.rules.actions.includes(name)).map((name, place) => h("input",
			{ type: "checkbox", id: newId("what"), value: name, checked: place === 0, onchange: () => this.choose() }));
		this.state = mfaState();
		this.stateField = field("Per-user MFA is to be", this.state);
		this.particulars = new Particulars([...new Set(["ticket", "reason", ...me.rules.demandedFields])]);
		this.trouble = h("div");
		this.go = h("button", { type: "submit", class: "primary" }, "Dry run");
		this.element = h("form", { class: "card", onsubmit: (event) => { event.preventDefault(); this.submit(); } },
			h("p", "The dry run changes nothing; it says who would be refused. Then you decide."),
			field("People: one a line, or a table whose first column has their sign-in names or object ids", this.text), this.counted,
			field("Or read them from a file", this.file),
			h("fieldset", h("legend", "What is to be done"),
				this.actions.map((input) => h("div", { class: "check" }, input, h("label", { for: input.id }, word(ACTIONS, input.value)))),
				this.stateField),
			this.particulars.element, this.trouble, buttons(this.go));
		this.choose();
		this.text.value = typed;
		if (typed) this.count();
	}

	get chosen() { return this.actions.filter((each) => each.checked).map((each) => each.value); }

	choose() { this.stateField.hidden = !this.chosen.includes("setPerUserMfa"); }

	async upload() {
		const [file] = this.file.files;
		if (!file) return;
		if (file.size > LARGEST) { this.counted.textContent = "That file is too large for a list of people; it was not read."; return; }
		this.text.value = await file.text();
		this.count();
	}

	count() {
		typed = this.text.value;
		const { users, again, wrong, wrongs } = read(typed);
		const parts = [plural(users.length, "person", "people"), again && `${again} named again, taken once`,
			wrongs && `${plural(wrongs, "line")} that cannot be read: ${wrong.join(", ")}${wrongs > wrong.length ? ", …" : ""}`];
		this.counted.textContent = `${parts.filter(Boolean).join("; ")}.`;
		this.text.setCustomValidity(wrongs ? "Some lines name nobody: correct them, or leave them out." : users.length > MOST ? `At most ${MOST} people at once.` : users.length ? "" : "Nobody is named.");
		return users;
	}

	async submit() {
		const [users, actions] = [this.count(), this.chosen];
		if (!this.text.reportValidity()) return;
		if (!actions.length) { this.trouble.replaceChildren(problem({ message: "Choose what is to be done." })); return; }
		const perUserMfaState = this.stateField.hidden ? undefined : this.state.value;
		const asked = { users, actions, perUserMfaState, ...this.particulars.values(), dryRun: true };
		const text = JSON.stringify(asked);
		if (text !== this.sent) this.id = `console-${crypto.randomUUID()}`;
		this.sent = text;
		await this.send({ ...asked, id: this.id });
	}

	async send(asked) {
		this.trouble.replaceChildren();
		this.go.disabled = true;
		try {
			const { body } = await post("bulk-requests", asked, { signal: this.signal });
			location.hash = to(["bulk", body.id]);
		} catch (error) {
			if (!isTrouble(error)) return;
			this.trouble.replaceChildren(problem(error, () => this.send(asked)));
			this.point(error.details.field, asked.users);
		} finally {
			this.go.disabled = false;
		}
	}

	point(name, users) {
		const [, place] = /^users\[(\d+)\]/.exec(name) ?? [];
		if (!place) { this.particulars.point(name); return; }
		const from = this.text.value.indexOf(users[place]);
		this.text.focus();
		this.text.setSelectionRange(from, from + users[place].length);
	}
}
