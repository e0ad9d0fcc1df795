// Who may do what at this desk, through which group; and what a role allows.

import { at, get } from "./api.js";
import { h } from "./element.js";
import { badge, card, soft, table, title, under } from "./part.js";
import { into } from "./problem.js";
import { AUTHORITIES } from "./session.js";
import { account, person, plural } from "./words.js";

const GUID = /^[0-9a-f-]{36}$/i;
const ORDER = ["privilegedOperator", "operator", "auditor", "none"];
const MEANS = {
	privilegedOperator: "May reset administrators too, and approves such requests of others.",
	operator: "May reset whoever holds no privileged role.",
	auditor: "May read everything, and change nothing.",
	none: "It gives nothing at this desk now; the reason stands beside it.",
};

export async function show(main, { signal }) {
	const place = h("div");
	main.append(title("Delegates"), soft("Who may do what at this desk, as the directory has it now."), place);
	await into(place, signal, () => get("delegates", signal), ({ body }) => [
		body.unreadable.length > 0 && h("div", { class: "banner fair" }, h("p", "Not all could be read:"),
			h("ul", body.unreadable.map((each) => h("li", `${each.what}: ${each.reason}`)))),
		ORDER.map((authority) => group(authority, body.delegates.filter((each) => each.authority === authority))),
		roles(body.delegates, signal),
	]);
}

function group(authority, delegates) {
	if (!delegates.length) return null;
	return h("section", { class: "card" }, h("h2", authority === "none" ? "Without effect" : `${AUTHORITIES[authority]}s`),
		soft(MEANS[authority]),
		table(plural(delegates.length, "holding"), ["Who", "Role", "How"], delegates.map(cells)));
}

function cells(told) {
	return [
		[person(told), " ", told.kind !== "user" && badge(told.kind), under(account(told))],
		[told.role.title, told.eligible && [" ", badge("eligible", "warn")],
			told.scope.id !== "/" && [" ", badge(`in ${told.scope.name ?? told.scope.id}`, "warn")]],
		[told.through ? ["through the group ", h("strong", told.through.name ?? told.through.id)] : "directly", under(told.why)],
	];
}

function roles(delegates, signal) {
	const found = new Map(delegates.filter((each) => GUID.test(each.role.key)).map((each) => [each.role.key, each.role]));
	if (!found.size) return null;
	return card("What these roles of Entra allow", [...found.values()].map((each) => role(each, signal)));
}

function role({ key, title }, signal) {
	const place = h("div");
	const bring = () => into(place, signal, () => get(at("roles", key, "permissions"), signal), ({ body }) => allowed(body));
	return h("details", { ontoggle: (event) => { if (event.target.open && !place.firstChild) bring(); } }, h("summary", title), place);
}

function allowed({ description, permissions }) {
	return [description && h("p", description), h("ul", { class: "permissions" }, permissions.map((each) => h("li",
		h("code", each.action), " ", each.privileged && badge("privileged", "warn"), under(each.description))))];
}
