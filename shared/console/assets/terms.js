// What an action is to be like: its own fields, what it would do, and what that is called on the button.

import { h, newId } from "./element.js";
import { field } from "./particulars.js";
import { results } from "./record.js";
import { plural } from "./words.js";

const LIFETIMES = [["", "As the tenant's policy has it"], [10, "10 minutes"], [60, "1 hour"], [480, "8 hours"], [1440, "1 day"]];
const KINDS = {
	requireReregistration: reregistration, revokeSessions: revocation, issueTemporaryAccessPass: pass, setPerUserMfa: perUserMfa,
};

/** Return the fields, what they ask for, and what a fresh preview says it would come to. */
export function terms(action, preview) { return KINDS[action](preview); }

function reregistration() {
	const [also, element] = check("Also revoke the sign-in sessions, so that whoever is signed in has to sign in again");
	return {
		element,
		values: () => ({ actions: ["requireReregistration", ...(also.checked ? ["revokeSessions"] : [])] }),
		foreseen({ methods = [] }) {
			const stays = methods.filter((each) => each.result === "stillRegistered");
			const going = methods.filter((each) => !stays.includes(each));
			const count = plural(going.length, "method");
			return {
				going,
				button: going.length ? `Remove ${count}` : "Go on, though there is nothing to remove",
				shown: [list(going.length ? `This removes ${count}` : "Nothing that this removes is registered", going),
					stays.length > 0 && list("This stays", stays)],
			};
		},
	};
}

function revocation({ user }) {
	const guest = user.userType === "Guest" && " A guest signs in at home: sessions there go on.";
	return {
		values: () => ({ actions: ["revokeSessions"] }),
		foreseen: () => said("Revoke sessions", "Whoever is signed in as this person has to sign in again, everywhere. No method is removed. Tokens that are out may serve for an hour.", guest),
	};
}

function pass() {
	const lifetime = h("select", LIFETIMES.map(([minutes, words]) => h("option", { value: minutes }, words)));
	const [once, oneSignIn] = check("For one sign-in only", true);
	return {
		element: h("div", field("How long it is valid", lifetime), oneSignIn),
		values: () => ({ actions: ["issueTemporaryAccessPass"],
			temporaryAccessPass: { isUsableOnce: once.checked, lifetimeInMinutes: Number(lifetime.value) || undefined } }),
		foreseen: () => said("Issue the pass", "A pass is a sign-in as this person. It is shown once, here, to you; no record keeps it. A pass they have already is replaced."),
	};
}

function perUserMfa({ perUserMfa: now }) {
	const states = mfaState(now);
	return {
		element: field("Per-user MFA is to be", states),
		values: () => ({ actions: ["setPerUserMfa"], perUserMfaState: states.value }),
		foreseen: () => said("Set per-user MFA", now ? `It is ${now} now.` : "What it is now, Graph does not tell the desk."),
	};
}

export function mfaState(now) {
	return h("select", ["disabled", "enabled", "enforced"].map((each) => h("option", { value: each, selected: each === now }, each)));
}

function said(label, ...text) { return { going: [], button: label, shown: [h("p", text)] }; }

function list(title, methods) { return [h("h3", title), results(methods)]; }

function check(label, checked) {
	const box = h("input", { type: "checkbox", id: newId("check"), checked });
	return [box, h("div", { class: "check" }, box, h("label", { for: box.id }, label))];
}
