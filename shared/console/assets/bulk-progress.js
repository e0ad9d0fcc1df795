// One bulk request: how far it is, and what it came to. It goes on without this page.

import { at, get, isTrouble, post } from "./api.js";
import { actions } from "./asked.js";
import { h } from "./element.js";
import { ago, moment } from "./moment.js";
import { button, buttons, card, soft, state } from "./part.js";
import { read } from "./people-list.js";
import { into, problem } from "./problem.js";
import { to } from "./route.js";
import { pause } from "./submission.js";
import { REACHES, RULES, STATUSES, person, plural, word } from "./words.js";

export const BULK_STATES = { accepted: "Accepted", running: "At work", paused: "Paused", cancelled: "Cancelled", finished: "Finished" };
const ENDED = ["cancelled", "finished"];
const LOOK = 2000; // ms

export async function watchBulk(main, id, me, signal) {
	const place = h("div", {});
	main.append(place);
	const path = at("bulk-requests", id);
	await into(place, signal, () => get(path, signal), ({ body }) => new Progress(path, body, me, signal).element);
}

class Progress {
	constructor(path, bulk, me, signal) {
		Object.assign(this, { path, me, signal });
		this.said = h("p", { role: "status" });
		this.bar = h("progress", { max: bulk.people, "aria-label": "People done" });
		this.trouble = h("div", {});
		this.rest = h("div", { class: "cards" });
		this.element = h("div", {}, card(bulk.dryRun ? "Dry run: nothing is changed" : actions(bulk),
			soft("Asked by ", person(bulk.requestedBy), ", ", moment(bulk.acceptedAt),
				[bulk.ticket, bulk.reason].filter(Boolean).map((each) => ` · ${each}`)),
			this.bar, this.said, this.trouble, this.controls(bulk)), this.rest);
		this.show(bulk);
		if (!ENDED.includes(bulk.status)) this.follow();
	}

	controls(bulk) {
		const act = (verb, label, tone = "") => h("button",
			{ type: "button", class: tone, "data-verb": verb, onclick: () => this.change(verb) }, label);
		return buttons(act("pause", "Pause"), act("resume", "Go on", "primary"), act("cancellation", "Cancel the rest", "danger"),
			h("a", { class: "button", href: `/api/${this.path}/outcomes.csv`, download: `${bulk.id}.csv` }, "Outcomes as CSV"));
	}

	async follow() {
		for (let bulk = { status: "" }; !ENDED.includes(bulk.status);) {
			try {
				await pause(LOOK, this.signal);
				bulk = (await get(this.path, this.signal)).body;
				this.trouble.replaceChildren();
				this.show(bulk);
			} catch (error) {
				if (!isTrouble(error)) return;
				if (!this.trouble.firstChild) this.trouble.replaceChildren(problem(error));
			}
		}
	}

	async change(verb) {
		try {
			this.show((await post(`${this.path}/${verb}`, {}, { signal: this.signal })).body);
			this.trouble.replaceChildren();
		} catch (error) {
			if (!isTrouble(error)) return;
			this.trouble.replaceChildren(problem(error, error.isUncertain ? () => this.change(verb) : null));
		}
	}

	show(bulk) {
		const { status, done, people, duplicates, expectedEnd, finishedAt } = bulk;
		this.bar.value = done;
		this.said.replaceChildren(state(status, BULK_STATES), ` ${done.toLocaleString("en")} of ${plural(people, "person", "people")}`,
			duplicates ? `, ${duplicates} named again` : "",
			...(finishedAt ? [", ended ", moment(finishedAt)] : expectedEnd ? [", expected to end ", moment(expectedEnd),
				` (${ago(expectedEnd)})`] : []), ".");
		const shown = { pause: ["accepted", "running"], resume: ["paused"], cancellation: ["accepted", "running", "paused"] };
		for (const [verb, states] of Object.entries(shown)) this.element.querySelector(`[data-verb=${verb}]`).hidden = !states.includes(status);
		this.rest.replaceChildren(figures("By reach", bulk.byReach, (name) => (REACHES[name] ?? [name])[0]),
			figures(bulk.dryRun ? "What it would come to" : "What it came to", bulk.byStatus, (name) => word(STATUSES, name)),
			figures("Refused, by rule", bulk.byRule, (name) => word(RULES, name)),
				...(bulk.dryRun && status === "finished" ? [this.forReal(bulk)] : []));
	}

	forReal(bulk) {
		const count = bulk.byStatus?.succeeded ?? 0;
		const trouble = h("div", {});
		const go = button(`${actions(bulk)}: ${plural(count, "person", "people")}`, () => this.repeat(bulk, go, trouble), "danger");
		return card("Now for real", h("p", {}, "The same people, and this time it is done."), trouble, buttons(go));
	}

	/** Ask for the same without the dry run. Its people are on record: this also works tomorrow. */
	async repeat(bulk, go, trouble) {
		go.disabled = true;
		this.realId ??= `console-${crypto.randomUUID()}`;
		try {
			const { users } = read((await get(`${this.path}/outcomes.csv`, this.signal, "text")).body);
			const { actions, methods, perUserMfaState, ticket, reason, verification } = bulk;
			const { body } = await post("bulk-requests", { id: this.realId, users, actions, methods, perUserMfaState, ticket, reason, verification }, { signal: this.signal });
			location.hash = to(["bulk", body.id]);
		} catch (error) {
			if (!isTrouble(error)) return;
			trouble.replaceChildren(problem(error, () => this.repeat(bulk, go, trouble)));
		} finally {
			go.disabled = false;
		}
	}
}

function figures(title, counts, name) {
	const told = Object.entries(counts ?? {}).filter(([, count]) => count);
	if (!told.length) return "";
	return card(title, h("dl", { class: "tiles" }, told.map(([each, count]) => h("div", { class: "tile" }, h("dt", {}, name(each)),
		h("dd", {}, count.toLocaleString("en"))))));
}
