// One bulk request: how far it is, and what it came to. It goes on without this page.

import { announce } from "./announcer.js";
import { at, get, isTrouble, post } from "./api.js";
import { h, newId } from "./element.js";
import { ago, moment } from "./moment.js";
import { ONLY_READ, button, buttons, card, guarded, refusal, soft, status as badged } from "./part.js";
import { left } from "./people-list.js";
import { into, problem } from "./problem.js";
import { to } from "./route.js";
import { pause } from "./submission.js";
import { REACHES, RULES, STATUSES, actions, person, plural, word } from "./words.js";

export const BULK_STATES = { accepted: "Accepted", running: "At work", paused: "Paused", cancelled: "Cancelled", finished: "Finished" };
const ENDED = ["cancelled", "finished"];
const VERBS = { pause: ["accepted", "running"], resume: ["paused"], cancellation: ["accepted", "running", "paused"] };
const LOOKS = [250, 500, 1000, 2000]; // ms

export async function watchBulk(main, id, me, signal) {
	const place = h("div");
	main.append(place);
	const path = at("bulk-requests", id);
	await into(place, signal, () => get(path, signal), ({ body }) => new Progress(path, body, me, signal).element);
}

class Progress {
	constructor(path, bulk, me, signal) {
		Object.assign(this, { path, me, signal, looks: 0, status: bulk.status });
		this.said = h("p");
		this.bar = h("progress", { max: bulk.people, "aria-label": "People done" });
		this.away = h("div");
		this.trouble = h("div");
		this.rest = h("div", { class: "cards" });
		this.real = h("div");
		this.element = h("div", card([actions(bulk), bulk.dryRun && " (dry run: nothing is changed)"],
			soft("Asked by ", person(bulk.requestedBy), ", ", moment(bulk.acceptedAt),
				[bulk.ticket, bulk.reason].filter(Boolean).map((each) => ` · ${each}`)),
			this.bar, this.said, this.away, this.trouble, this.controls(bulk)), this.rest, this.real);
		this.show(bulk);
		if (!ENDED.includes(bulk.status)) this.follow();
	}

	/** Return what intervenes; the desk has the last word on who may. */
	controls(bulk) {
		const { authority, id } = this.me;
		const may = authority === "privilegedOperator" || (authority === "operator" && bulk.requestedBy.id === id);
		const why = may ? "" : "To pause or cancel it takes whoever asked for it, or a privileged operator.";
		const about = newId("why");
		const act = (verb, label, tone = "") => {
			const made = guarded(label, () => this.change(verb), tone, why, why ? about : null);
			made.dataset.verb = verb;
			return made;
		};
		this.why = why && refusal(why, about);
		return [buttons(act("pause", "Pause"), act("resume", "Go on", "primary"), act("cancellation", "Cancel the rest", "danger"),
			h("a", { class: "button", href: `/api/${this.path}/outcomes.csv`, download: `${bulk.id}.csv` }, "Outcomes as CSV")), this.why];
	}

	async follow() {
		for (let round = 0; !ENDED.includes(this.status); round += 1) {
			try {
				await pause(LOOKS[Math.min(round, LOOKS.length - 1)], this.signal);
				const looks = this.looks;
				const { body } = await get(this.path, this.signal);
				this.away.replaceChildren();
				// What was seen before somebody intervened is no news any more.
				if (looks === this.looks) this.show(body);
			} catch (error) {
				if (!isTrouble(error)) return;
				if (!this.away.firstChild) this.away.replaceChildren(problem(error));
			}
		}
	}

	async change(verb) {
		if (this.busy) return;
		this.busy = true;
		this.looks += 1;
		this.trouble.replaceChildren();
		try {
			const { body } = await post(`${this.path}/${verb}`, {}, { signal: this.signal });
			this.looks += 1;
			this.show(body);
		} catch (error) {
			if (!isTrouble(error)) return;
			this.trouble.replaceChildren(problem(error, () => this.change(verb)));
		} finally {
			this.busy = false;
		}
	}

	show(bulk) {
		const { status, done, people, duplicates, expectedEnd, finishedAt, interventions = [], needingApproval } = bulk;
		if (status !== this.status) announce(`${word(BULK_STATES, status)}: ${done} of ${people}.`);
		this.status = status;
		this.bar.value = done;
		const last = interventions.at(-1);
		this.said.replaceChildren(badged(status, BULK_STATES), ...(last?.to === status ? [" by ", person(last.by), ","] : []), ` ${done.toLocaleString("en")} of ${plural(people, "person", "people")}`,
			duplicates ? `, ${duplicates} named again` : "",
			needingApproval ? `, ${needingApproval} waiting for a second person` : "",
			...(finishedAt ? [", ended ", moment(finishedAt)] : expectedEnd ? [", expected to end ", moment(expectedEnd),
				` (${ago(expectedEnd)})`] : []), ".");
		this.offer(status);
		this.rest.replaceChildren(figures("By reach", bulk.byReach, (name) => (REACHES[name] ?? [name])[0]),
			figures(bulk.dryRun ? "What it would come to" : "What it came to", bulk.byStatus, (name) => word(STATUSES, name)),
			figures("Refused, by rule", bulk.byRule, (name) => word(RULES, name)));
		if (bulk.dryRun && status === "finished" && !this.real.firstChild) this.real.append(this.forReal(bulk));
	}

	/** Show what can be done now; whoever was at what is gone is led to what has come. */
	offer(status) {
		const controls = [...this.element.querySelectorAll("[data-verb]")];
		const focused = controls.find((each) => each === document.activeElement);
		for (const each of controls) each.hidden = !VERBS[each.dataset.verb].includes(status);
		if (this.why) this.why.hidden = ENDED.includes(status);
		if (focused?.hidden) this.element.querySelector("[data-verb]:not([hidden]), a.button").focus();
	}

	forReal(bulk) {
		const refused = bulk.byStatus.refused ?? 0;
		const count = bulk.people - refused;
		if (!count) return card("Now for real", soft("The dry run refused everybody."));
		const trouble = h("div");
		const go = button(`${actions(bulk)}: ${plural(count, "person", "people")}`, () => this.repeat(bulk, go, trouble), "danger");
		const why = this.me.authority === "auditor" && ONLY_READ;
		return card("Now for real", h("p", "The same people, and this time it is done.",
			refused > 0 && ` Left out: the ${refused.toLocaleString("en")} whom the dry run refused.`), trouble, why ? refusal(why) : buttons(go));
	}

	/** Ask for the same without the dry run, under an id that follows from its id: nobody does it twice. */
	async repeat(bulk, go, trouble) {
		go.disabled = true;
		const id = `${bulk.id.slice(0, 59)}.real`;
		try {
			const users = left((await get(`${this.path}/outcomes.csv`, this.signal, "text")).body);
			const { actions, methods, perUserMfaState, ticket, reason, verification } = bulk;
			await post("bulk-requests", { id, users, actions, methods, perUserMfaState, ticket, reason, verification }, { signal: this.signal });
			location.hash = to(["bulk", id]);
		} catch (error) {
			if (!isTrouble(error)) return;
			trouble.replaceChildren(problem(error, () => this.repeat(bulk, go, trouble)));
			if (error.status === 409) trouble.firstChild.append(h("a", { class: "button", href: to(["bulk", id]) }, "Look at that one"));
		} finally {
			go.disabled = false;
		}
	}
}

function figures(title, counts, name) {
	const told = Object.entries(counts ?? {}).filter(([, count]) => count);
	if (!told.length) return "";
	return card(title, h("dl", { class: "tiles" }, told.map(([each, count]) => h("div", { class: "tile" }, h("dt", name(each)),
		h("dd", count.toLocaleString("en"))))));
}
