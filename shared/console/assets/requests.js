// The requests of a day, and those that have not ended.

import { h } from "./element.js";
import { ago, date, moment, today } from "./moment.js";
import { badge, soft, status, table, title, under } from "./part.js";
import { field } from "./particulars.js";
import { listed } from "./problem.js";
import { to } from "./route.js";
import { RULES, STATUSES, account, actions, person, word } from "./words.js";

export const OPEN = ["running", "deferred", "awaitingApproval"];

export async function show(main, { query, signal }) {
	const open = query.get("open") ?? "";
	const day = open ? "" : query.get("day") || today();
	const wanted = query.get("status") ?? "";
	const place = h("div", { class: "card" });
	main.append(title(open ? "Requests that have not ended" : day === today() ? "Requests of today" : `Requests of ${date(day)}`),
		filters(day, open, wanted), place);
	await list(place, { day, status: wanted }, "request", signal);
}

/** Fill a place with requests; each leads to that view of it. */
export async function list(place, query, view, signal) {
	await listed(place, signal, "requests", query, ({ requests, continuation }) => requests.length || continuation
		? table("Requests", ["Person", "Came", "Asked for", "Status", "Asked by", "Ticket"], requests.map((each) => cells(each, view, !query.day)))
		: soft("There are none."));
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

function cells(told, view, ofManyDays) {
	return [
		[h("a", { href: to([view, told.id]) }, told.user ? person(told.user) : "A message that was not taken"), under(account(told.user))],
		moment(told.acceptedAt, { day: ofManyDays }),
		[actions(told), told.dryRun && [" ", badge("dry run")]],
		[status(told.status), told.deferredUntil && under("until ", moment(told.deferredUntil)),
			told.approvalExpiresAt && under("until ", moment(told.approvalExpiresAt), ` (${ago(told.approvalExpiresAt)})`),
			under(told.problem?.detail ?? (told.status === "refused" && told.rule && word(RULES, told.rule)))],
		told.requestedBy && person(told.requestedBy), [told.ticket, under(told.reason)],
	];
}
