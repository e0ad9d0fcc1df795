// Before anything is done: exactly what will be. Then how it goes, and what became of it.

import { accessPass } from "./access-pass.js";
import { announce } from "./announcer.js";
import { get, isTrouble } from "./api.js";
import { h } from "./element.js";
import { button, buttons, soft } from "./part.js";
import { Particulars } from "./particulars.js";
import { into, problem } from "./problem.js";
import { progress } from "./progress.js";
import { outcome, wholeRecord } from "./record.js";
import { home } from "./session.js";
import { Submission } from "./submission.js";
import { terms } from "./terms.js";
import { ACTIONS, STATUSES, account, person, word } from "./words.js";

/** `done` is called once it is closed after something was asked for. */
export class Confirmation {
	constructor({ action, preview, me, done }) {
		Object.assign(this, { action, user: preview.user, me, done, asked: false, taking: null });
		this.leaving = new AbortController();
		this.submission = new Submission();
		this.particulars = new Particulars(me.rules.demandedFields);
		this.terms = terms(action, preview);
		this.going = h("div", { class: "going" });
		this.trouble = h("div");
		this.go = h("button", { type: "submit", class: "danger" }, "…");
		this.form = h("form", { onsubmit: (event) => { event.preventDefault(); this.submit(); } },
			this.going, this.terms.element, this.particulars.element, this.trouble,
			buttons(button("Cancel", () => this.close()), this.go));
		this.title = h("h2", { id: "dialog-title", tabindex: "-1" }, `${word(ACTIONS, action)}: ${person(this.user)}`);
		this.dialog = h("dialog", { "aria-labelledby": "dialog-title", onclose: () => this.closed(),
			oncancel: (event) => { if (this.flying) event.preventDefault(); } },
			this.title, soft(account(this.user)), this.form);
	}

	open() {
		document.body.append(this.dialog);
		this.dialog.showModal();
		this.title.focus();
		this.look();
	}

	/** Look again: what is confirmed has to be what is there now. */
	async look() {
		this.go.disabled = true;
		this.go.textContent = "Reading what is registered …";
		const bring = () => get(`users/${this.user.id}`, this.leaving.signal);
		await into(this.going, this.leaving.signal, bring, ({ body }) => this.foreseen(body));
	}

	foreseen(preview) {
		const foreseen = preview.actions.find((each) => each.action === this.action);
		const { decision } = foreseen;
		this.go.disabled = decision.effect === "refused";
		const told = this.terms.foreseen(foreseen);
		this.methods = told.going;
		this.go.textContent = decision.effect === "needsApproval" ? `${told.button}, once approved` : told.button;
		return [...told.shown, decision.effect !== "allowed" && h("p", { class: "banner fair" }, decision.reason)];
	}

	async submit() {
		const asked = { user: this.user.id, ...this.terms.values(), ...this.particulars.values() };
		this.trouble.replaceChildren();
		this.particulars.point();
		this.asked = true;
		this.flying = true;
		this.hold(true);
		const watching = progress(this.user.id, this.methods, this.leaving.signal);
		const leave = h("div");
		this.form.after(watching.element, leave);
		announce("Sent. The desk is at it.");
		try {
			const record = await this.submission.send(asked, { signal: this.leaving.signal, told: (now) => {
				this.flying = false;
				watching.tell(now);
				// It is on record, and goes on without whoever waits here.
				if (!leave.firstChild) leave.append(buttons(wholeRecord(now), button("Close", () => this.close(), "primary")));
			} });
			this.show(record);
		} catch (error) {
			if (!isTrouble(error)) return;
			this.fail(error);
		} finally {
			this.flying = false;
			watching.end();
			leave.remove();
		}
	}

	/** While nobody knows what became of it, nothing can be changed. */
	hold(held) {
		for (const each of this.form.elements) each.disabled = held && each.type !== "button";
		this.form.hidden = held && !this.trouble.firstChild;
	}

	fail(error) {
		const again = error.isUncertain && (() => this.submit());
		this.trouble.replaceChildren(problem(error, again));
		this.hold(error.isUncertain);
		if (!again) { this.particulars.point(error.details.field); return; }
		const button = this.trouble.querySelector("button");
		button.before(h("p", "Whether it was done is not known. Trying again is safe: under the same id nothing is done twice."));
		button.focus();
	}

	show(record) {
		this.form.remove();
		const title = h("h3", { tabindex: "-1" }, "What became of it");
		const issued = record.temporaryAccessPass && accessPass(record.temporaryAccessPass);
		this.taking = issued?.take;
		this.dialog.append(title, ...(issued ? [issued.element] : []), outcome(record, button("Close", () => this.close(), "primary")));
		title.focus();
		announce(`${word(STATUSES, record.status)}.`);
	}

	close() { this.dialog.close(); }

	closed() {
		this.leaving.abort();
		this.taking?.();
		home();
		this.dialog.remove();
		if (this.asked) this.done();
	}
}

window.addEventListener("hashchange", () => document.querySelector("dialog[open]")?.close());
