// A person: who they are to the desk, what they have registered, what may be done, and what was done.

import { at, get } from "./api.js";
import { Confirmation } from "./confirmation.js";
import { h, newId } from "./element.js";
import { history } from "./history.js";
import { ago, moment } from "./moment.js";
import { badge, card, facts, guarded, refusal, soft, title } from "./part.js";
import { into } from "./problem.js";
import { search } from "./search.js";
import { ACTIONS, DEFAULTS, METHODS, REACHES, account, label, person, word } from "./words.js";

const USUAL = ["requireReregistration", "revokeSessions"];
const ACCOUNTS = { true: ["Account enabled", "calm"], false: ["Account disabled", "alarm"] };
const REACH_TONES = { standard: "calm", privileged: "warn", protected: "alarm" };

export async function show(main, { me, rest: [id], signal }) {
	const heading = h("h1", { tabindex: "-1", class: "visually-hidden" }, id ? "Person" : "Find a person");
	main.append(heading, search(signal, { focused: !id }));
	if (!id) {
		main.append(soft("Type a few letters, then choose: a click, or arrow keys and Enter."));
		return;
	}
	const place = h("div");
	main.append(place);
	const load = async () => {
		await into(place, signal, () => get(at("users", id), signal), ({ body }) => { heading.remove(); return whole(body, me, signal, load); });
		if (!place.querySelector("h1")) place.before(heading);
	};
	await load();
}

function whole(preview, me, signal, again) {
	const past = h("div");
	const reload = () => again().then(() => signal.aborted || document.querySelector("main h1")?.focus());
	history(past, preview.user.id, signal);
	return [
		who(preview),
		h("div", { class: "columns" },
			h("div", registered(preview), card("History", past)),
			h("section", { class: "card actions" }, h("h2", "What can be done"),
				offers(preview, me, reload))),
	];
}

function who({ user, reach, unreadable = [] }) {
	const [name, sentence] = REACHES[reach?.reach ?? "unknown"];
	return h("section", { class: "card" },
		title(person(user)),
		soft(account(user)),
		h("p", { class: "badges" },
			badge(...(ACCOUNTS[user.accountEnabled] ?? ["Account state not told"])),
			user.userType === "Guest" && badge("Guest"), badge(name, REACH_TONES[reach?.reach] ?? "alarm")),
		h("p", sentence, " ", held(reach)),
		unreadable.length > 0 && h("ul", { class: "banner bad" }, unreadable.map((each) => h("li", each))));
}

export function held(reach) {
	const roles = [...(reach?.roles ?? []), ...(reach?.groups ?? [])];
	return roles.length ? `Holds: ${roles.join(", ")}.` : reach && "Holds no directory role.";
}

function registered(preview) {
	const { methods = [], perUserMfa, perUserMfaUnread, sessionsValidFrom, defaultMethod = "not told" } = preview;
	return card("Registered methods",
		methods.length ? h("ul", { class: "methods" }, methods.map(line)) : soft("No second factor is registered."),
		facts([
			["Default method", word(DEFAULTS, defaultMethod)],
			["Per-user MFA", perUserMfa ?? ["not told", perUserMfaUnread].filter(Boolean).join(": ")],
			["Sessions valid from", sessionsValidFrom ? [moment(sessionsValidFrom), ` (${ago(sessionsValidFrom)})`] : "not told"],
		]));
}

function line(told) {
	return h("li",
		h("span", { class: "name" }, word(METHODS, told.type)), " ",
		told.label && h("span", label(told)),
		told.active === false && badge("not activated"),
		h("span", { class: "soft when" }, told.registeredAt ? ["registered ", moment(told.registeredAt),
			` (${ago(told.registeredAt)})`] : "registration date not told"));
}

/** What is against all of them is said once. */
function offers(preview, me, reload) {
	const reasons = new Set(preview.actions.map(({ decision }) => decision.effect === "refused" && decision.reason));
	const [reason] = reasons.size === 1 ? reasons : [];
	const about = reason && newId("why");
	return [reason && refusal(reason, about), preview.actions.map((foreseen) => offered(foreseen, preview, me, reload, about))];
}

/** One that is refused stays where it is, and says which rule refuses it. */
function offered({ action, decision, methods }, preview, me, reload, saidAt) {
	const about = saidAt || newId("why");
	const refused = decision.effect === "refused";
	const told = [decision.effect === "needsApproval" && decision.reason, methods && gist(methods)].filter(Boolean).join(" ");
	return h("div", { class: "action" },
		guarded([word(ACTIONS, action), decision.effect === "needsApproval" && " …"],
			() => new Confirmation({ action, preview, me, done: reload }).open(),
			refused || !USUAL.includes(action) ? "wide" : "wide primary", refused, refused || told ? about : null),
		refused ? !saidAt && refusal(decision.reason, about) : told && h("p", { id: about, class: "why soft" }, told));
}

function gist(methods) {
	const going = methods.filter((each) => each.result !== "stillRegistered").length;
	return going ? `${going} of ${methods.length} registered would go.` : "Nothing that it removes is registered.";
}
