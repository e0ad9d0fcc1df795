// A request: what was asked for, what became of it, and that as text for the ticket.

import { copyButton } from "./clipboard.js";
import { h, plain } from "./element.js";
import { moment, utc } from "./moment.js";
import { buttons, facts, joined, soft, status } from "./part.js";
import { to } from "./route.js";
import { ACTIONS, RESULTS, STATUSES, WAYS, WHYS, account, actions, method, person, word } from "./words.js";

const MARKS = { removed: "✓", alreadyGone: "✓", deactivated: "✓", stillRegistered: "✗", wouldBeRemoved: "–", wouldBeDeactivated: "–" };

export function asked({ user, request, requestedBy, acceptedAt, wayIn }, more) {
	return facts([
		["Person", [h("a", { href: to(["person", user.id || user.asked]) }, person(user)), " ", h("span", { class: "soft" }, account(user))]],
		["Asked by", [person(requestedBy), " ", h("span", { class: "soft" }, account(requestedBy))]],
		["Came", [moment(acceptedAt), `, ${word(WAYS, wayIn)}`]],
		["To do", actions(request)],
		["Methods", request.methods && String(request.methods)],
		["Per-user MFA", request.perUserMfaState],
		["Ticket", request.ticket || "not given"],
		["Reason", request.reason || "not given"],
		["Verified", joined(request.verification?.method, request.verification?.reference) || "not told"],
		...more,
	]);
}

export function outcome(record, ...more) {
	const { decision, deferredUntil, approvalExpiresAt, outcome: ended } = record;
	return h("div",
		h("p", status(record.status), record.request.dryRun && " A dry run: nothing was changed."),
		deferredUntil && putOff(deferredUntil),
		approvalExpiresAt && h("p", "It can be approved until ", moment(approvalExpiresAt), "."),
		ended?.problem && h("p", ended.problem.detail),
		decision && decision.effect !== "allowed" && h("p", decision.reason),
		(ended?.actions ?? []).map(action),
		buttons(copyButton("Copy for the ticket", () => ticketText(record)),
			wholeRecord(record), more));
}

/** Return what leads to the record; nothing where one is there already. */
export function wholeRecord({ id }) {
	const href = to(["request", id]);
	return href !== location.hash && h("a", { class: "button", href }, "The whole record");
}

export function putOff(until) {
	return h("p", "Graph is throttling. The desk asks it again at ", moment(until), ", by itself: this page can be closed.");
}

function action(told) {
	return h("div",
		h("h3", word(ACTIONS, told.action), " ", status(told.status)),
		results(told.methods),
		told.perUserMfa && h("p", `Per-user MFA: ${told.perUserMfa.before} → ${told.perUserMfa.after ?? "unchanged"}`),
		told.detail && soft(told.detail));
}

export function results(methods = []) { return h("ul", { class: "results" }, methods.map(result)); }

function result(told) {
	const stays = told.result === "stillRegistered" && told.why !== "notSelected";
	return h("li", { class: stays ? "stays" : told.result === "stillRegistered" ? "left" : "gone" },
		h("span", { class: "mark", "aria-hidden": "true" }, told.why === "notSelected" ? "·" : MARKS[told.result] ?? ""), " ",
		method(told), told.result !== "wouldBeRemoved" && [": ", h("span", { class: "soft" }, became(told))]);
}

function became({ result: how, why, detail }) {
	const what = why === "notSelected" ? "stays" : word(RESULTS, how).toLowerCase();
	return [what, why !== "notSelected" && (detail || why && word(WHYS, why))].filter(Boolean).join(": ");
}

function ticketText(record) {
	const { request, outcome: ended, approval } = record;
	const who = (told) => [person(told), account(told) && `(${account(told)})`].filter(Boolean).join(" ");
	const lines = [
		`MFA Desk: ${word(STATUSES, record.status)}, ${utc(ended?.finishedAt ?? record.acceptedAt)}${request.dryRun ? " (dry run: nothing was changed)" : ""}`,
		`Person: ${who(record.user)}`,
		`Asked by: ${who(record.requestedBy)}`,
		approval && `${approval.verdict === "approved" ? "Approved" : "Rejected"} by: ${who(approval.by)}${approval.comment ? `, "${approval.comment}"` : ""}`,
		request.ticket && `Ticket: ${request.ticket}`,
		request.reason && `Reason: ${request.reason}`,
		request.verification && `Verified: ${[request.verification.method, request.verification.reference].filter(Boolean).join(", ")}`,
		...(ended?.actions ?? request.actions.map((name) => ({ action: name }))).flatMap(actionText),
		ended?.problem && ended.problem.detail,
		record.decision && record.decision.effect !== "allowed" && record.decision.reason,
		record.deferredUntil && `Graph is asked again at ${utc(record.deferredUntil)}`,
		`Request: ${record.id}`,
	];
	// Nobody's phone is called so that it becomes a line of its own.
	return lines.filter(Boolean).map((line) => plain(line).replace(/[\r\n]+/g, " ")).join("\n");
}

function actionText({ action: name, status: now, methods = [], perUserMfa, detail }) {
	return [
		`${word(ACTIONS, name)}${now ? `: ${word(STATUSES, now).toLowerCase()}` : ""}`,
		...methods.map((told) => `  - ${method(told)}: ${became(told)}`),
		perUserMfa && `  - ${perUserMfa.before} -> ${perUserMfa.after ?? "unchanged"}`,
		detail && `  ${detail}`,
	];
}
