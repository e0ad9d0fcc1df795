// All that is on record of one request.

import { at, get, isTrouble } from "./api.js";
import { h } from "./element.js";
import { moment } from "./moment.js";
import { card, soft, title } from "./part.js";
import { into } from "./problem.js";
import { asked, outcome } from "./record.js";
import { OPEN } from "./requests.js";
import { to } from "./route.js";
import { pause } from "./submission.js";
import { person } from "./words.js";

const LOOK = 5000; // ms

export async function show(main, { rest: [id = ""], signal }) {
	const place = h("div");
	main.append(title("Request ", h("span", { class: "id" }, id)), place);
	await into(place, signal, () => get(at("requests", id), signal), ({ body }) => { follow(id, body, place, signal); return whole(body); });
}

async function follow(id, first, place, signal) {
	let seen = first;
	try {
		while (OPEN.includes(seen.status)) {
			await pause(LOOK, signal);
			const { body } = await get(at("requests", id), signal);
			if (body.version !== seen.version) place.replaceChildren(...whole(body));
			seen = body;
		}
	} catch (error) {
		// The record stays as it was seen; reload shows why no newer one comes.
		isTrouble(error);
	}
}

function whole(record) {
	const { approval, outcome: ended } = record;
	return [
		h("div", { class: "columns" },
			card("What became of it", outcome(record,
				record.status === "awaitingApproval" && h("a", { class: "button", href: to(["approvals", record.id]) }, "Decide about it"))),
			card("What was asked for", asked(record, [["Ended", ended && moment(ended.finishedAt)], ["Decision", record.decision?.reason],
				["Second person", approval && [approval.verdict, " by ", person(approval.by), ", ", moment(approval.at),
					approval.comment && `: “${approval.comment}”`]]]))),
		(record.approvalAttempts ?? record.messagesRefused) && soft("Tries to decide that did not count, and messages that were not taken, stand in the record:"),
		h("details", { class: "card" }, h("summary", "The record as programs read it"),
			h("pre", { tabindex: "0", "aria-label": "The record" }, JSON.stringify(record, null, 2))),
	].filter(Boolean);
}
