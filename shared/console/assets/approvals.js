// What waits for a second person; and one of them, with what has to be known to decide.

import { announce } from "./announcer.js";
import { at, get, isTrouble, post } from "./api.js";
import { h, newId } from "./element.js";
import { moment } from "./moment.js";
import { button, buttons, card, guarded, refusal, title } from "./part.js";
import { field } from "./particulars.js";
import { held } from "./person.js";
import { into, problem } from "./problem.js";
import { progress } from "./progress.js";
import { asked, outcome, results } from "./record.js";
import { list } from "./requests.js";
import { to } from "./route.js";
import { settled } from "./submission.js";

export async function show(main, { rest: [id], signal }) {
	main.append(title(id ? "Decide about a request" : "Approvals"));
	const place = h("div", { class: id ? "" : "card" });
	main.append(place);
	await (id ? one(place, id, signal) : list(place, { status: "awaitingApproval" }, "approvals", signal));
}

async function one(place, id, signal) {
	const bring = () => get(at("requests", id), signal);
	await into(place, signal, bring, ({ body, headers }) => new Case(place, body, headers.get("ETag"), signal).element);
}

/** A request as it was looked at: a decision is about exactly that. */
class Case {
	constructor(place, record, seen, signal) {
		Object.assign(this, { place, record, seen, signal });
		this.waits = record.status === "awaitingApproval";
		this.comment = h("textarea", { maxlength: "1024", rows: "2" });
		this.trouble = h("div");
		this.deciding = card("");
		this.going = [];
		const now = h("div");
		this.element = h("div", { class: "columns" }, h("div", this.asked(), this.waits && card("The person, as they are now", now)), this.deciding);
		if (this.waits) into(now, signal, () => get(at("users", record.user.id || record.user.asked), signal), ({ body }) => this.context(body));
		this.deciding.append(...(this.waits ? this.form() : [h("h2", "It does not wait any more"), outcome(record)]));
	}

	asked() {
		const { decision, approvalExpiresAt } = this.record;
		return card("What is asked for", asked(this.record,
			[[this.waits ? "Why a second person" : "Decision", decision?.reason], ["Until", approvalExpiresAt && moment(approvalExpiresAt)]]));
	}

	form() {
		const { effect, reason } = this.record.mayDecide;
		const why = effect === "refused" && reason;
		const about = newId("why");
		const act = (verdict, label, tone) => guarded(label, () => this.decide(verdict), tone, why, why ? about : null);
		return [h("h2", "Your decision"), why && refusal(why, about),
			field("Comment", this.comment, "A rejection has to say why."), this.trouble,
			buttons(act("approval", "Approve, and have it done", "primary"), act("rejection", "Reject", ""))].filter(Boolean);
	}

	async decide(verdict) {
		this.hold(true);
		this.comment.removeAttribute("aria-invalid");
		announce("Sent.");
		const watching = progress(this.record.user.id, verdict === "approval" ? this.going : [], this.signal);
		this.deciding.append(watching.element);
		try {
			const path = at("requests", this.record.id, verdict);
			const { body } = await post(path, { comment: this.comment.value.trim() }, { headers: { "If-Match": this.seen }, signal: this.signal });
			this.ended(await settled(body, { signal: this.signal, told: (now) => watching.tell(now) }));
		} catch (error) {
			if (!isTrouble(error)) return;
			this.fail(error, verdict);
		} finally {
			watching.end();
			this.hold(false);
		}
	}

	hold(held) {
		for (const each of this.deciding.querySelectorAll("button, textarea")) each.disabled = held;
		this.deciding.toggleAttribute("aria-busy", held);
	}

	ended(record) {
		const heading = h("h2", { tabindex: "-1" }, "Decided");
		this.deciding.replaceChildren(heading, outcome(record));
		heading.focus();
	}

	/** Somebody was faster, or it is another request now: what was typed stays. */
	fail(error, verdict) {
		this.trouble.replaceChildren(problem(error, () => this.decide(verdict)));
		if (error.status === 409 || error.status === 412) this.trouble.firstChild.append(button("Look again", () => this.lookAgain()));
		if (error.details.field !== "comment") return;
		this.comment.setAttribute("aria-invalid", "true");
		this.comment.focus();
	}

	async lookAgain() {
		const typed = this.comment.value;
		await one(this.place, this.record.id, this.signal);
		const comment = this.place.querySelector("textarea");
		if (comment) comment.value = typed;
	}

	context({ user, reach, actions: foreseen }) {
		const asks = this.record.request.actions.includes("requireReregistration");
		const methods = foreseen.find((each) => each.action === "requireReregistration").methods ?? [];
		if (asks) this.going = methods.filter((each) => each.result !== "stillRegistered");
		return [h("p", held(reach)),
			asks && [h("h3", "What it would remove"), results(methods)],
			h("p", h("a", { href: to(["person", user.id]) }, "The whole person, with their history"))].flat();
	}
}
