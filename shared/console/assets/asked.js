// What was asked for, by whom, and why.

import { h } from "./element.js";
import { moment } from "./moment.js";
import { joined } from "./part.js";
import { to } from "./route.js";
import { facts } from "./table.js";
import { ACTIONS, WAYS, account, person, word } from "./words.js";

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

export function actions(told) { return (told.actions ?? []).map((each) => word(ACTIONS, each)).join(", "); }
