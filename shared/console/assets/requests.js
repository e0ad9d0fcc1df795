// The requests of a day, and those that have not ended.

import { get } from "./api.js";
import { actions } from "./asked.js";
import { h } from "./element.js";
import { moment, today } from "./moment.js";
import { badge, button, soft, status, title } from "./part.js";
import { field } from "./particulars.js";
import { into } from "./problem.js";
import { to } from "./route.js";
import { table, under } from "./table.js";
import { RULES, STATUSES, account, person, word } from "./words.js";

const OPEN = ["running", "deferred", "awaitingApproval"];

/** Show them: #/requests?day=2026-11-23&status=deferred, or ?open=1 whatever the day. */
export async function show(main, { query, signal }) {
	const open = query.get("open") ?? "";
	const day = open ? "" : query.get("day") || today();
	const wanted = query.get("status") ?? "";
	const list = h("div", { class: "card" });
	main.append(title(open ? "Requests that have not ended" : day === today() ? "Requests of today" : `Requests of ${day}`),
		filters(day, open, wanted), list);
	const path = (continuation) => `requests?${new URLSearchParams([["day", day], ["status", wanted], ["continuation", continuation]].filter(([, value]) => value))}`;
	await into(list, signal, () => get(path(""), signal), ({ body }) => listed(body, path, signal));
}

function filters(day, open, wanted) {
	const date = h("input", { type: "date", value: day || today(), max: today(), onchange: (event) => go({ day: event.target.value, status: wanted }) });
	const states = h("select", { onchange: (event) => go({ day, open, status: event.target.value }) },
		h("option", { value: "" }, "Every status"),
		Object.entries(STATUSES).filter(([name]) => !open || OPEN.includes(name)).map(([name, words]) => h("option",
			{ value: name, selected: name === wanted }, words)));
	return h("div", { class: "filters" }, field("Day (UTC)", date), field("Status", states),
		h("a", { class: "button", href: open ? to(["requests"]) : to(["requests"], { open: "1" }) },
			open ? "Those of today" : "All that have not ended"));
}

function go(query) { location.hash = to(["requests"], query); }

function listed({ requests, continuation }, path, signal) {
	if (!requests.length && !continuation) return soft("There are none.");
	const more = h("div", { class: "more" });
	const further = () => into(more, signal, () => get(path(continuation), signal), ({ body }) => listed(body, path, signal));
	if (continuation) more.append(button("Show more", further));
	return [table("Requests", ["Person", "Came", "Asked for", "Status", "Asked by", "Ticket"], requests.map(cells)), more];
}

function cells(told) {
	const undone = ["refused", "rejected", "failed"].includes(told.status);
	return [
		[h("a", { href: to(["request", told.id]) }, told.user ? person(told.user) : "A message that was not taken"), under(account(told.user))],
		moment(told.acceptedAt, { day: false }),
		[actions(told), told.dryRun && [" ", badge("dry run")]],
		[status(told.status), told.deferredUntil && under("until ", moment(told.deferredUntil)),
			told.approvalExpiresAt && under("until ", moment(told.approvalExpiresAt)),
			undone && under(told.problem?.detail ?? (told.rule && word(RULES, told.rule)))],
		told.requestedBy && person(told.requestedBy), told.ticket,
	];
}
