// Who has signed in; and what is said when that ends in the middle of something.

import { announce } from "./announcer.js";
import { ENDED, get, isTrouble, onSignedOut } from "./api.js";
import { h } from "./element.js";
import { badge, button, title } from "./part.js";

const RETURN = "mfa-desk-return";
const LOGIN = "/.auth/login/aad?post_login_redirect_uri=/console";
const LOGOUT = "/.auth/logout?post_logout_redirect_uri=/console";
export const AUTHORITIES = {
	none: "No role", auditor: "Auditor", operator: "Operator", privilegedOperator: "Privileged operator",
};

export function showAccount(me) {
	document.getElementById("account").replaceChildren(
		h("div", me.name), badge(AUTHORITIES[me.authority]), " ",
		h("a", { href: LOGOUT }, "Sign out"));
}

/** Show the way in. The sign-in page keeps no fragment, so what was asked for is kept here. */
export function showSignIn(main) {
	document.getElementById("account").replaceChildren();
	main.replaceChildren(h("section", { class: "card notice" },
		title("Sign in to the MFA Desk"),
		h("p", "With your own account: what you may do here depends on your role, and what you do is on record."),
		h("p", h("a", { class: "button primary", href: LOGIN, onclick: keepPlace }, "Sign in"))));
}

function keepPlace() { sessionStorage.setItem(RETURN, location.hash); }

export function returnToPlace() {
	const place = sessionStorage.getItem(RETURN);
	sessionStorage.removeItem(RETURN);
	if (place && !location.hash) history.replaceState(null, "", place);
}

/** Say when the sign-in ends. Somebody else who signs in then finds nothing of whoever was here. */
export function watch(id, changed) {
	const look = async () => {
		const said = place().querySelector("p");
		try {
			const { body } = await get("me");
			if (body.id !== id) location.reload();
			if (!place().firstChild) return;
			place().replaceChildren();
			home();
			announce(`Signed in as ${body.name}. Go on where you were.`);
			changed(body);
		} catch (error) {
			if (isTrouble(error) && error.isSignedOut) said?.replaceChildren("Not signed in yet. ", ENDED);
		}
	};
	onSignedOut(() => sayEnded(look));
	window.addEventListener("focus", look);
	document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
	window.addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
}

/** Where it is said: within an open dialog, for nothing else can be reached then. */
function place() { return document.getElementById("session"); }

function sayEnded(look) {
	if (place().firstChild) return;
	const bar = h("div", { class: "banner bad", role: "alert" },
		h("p", `${ENDED} Use another tab, then come back.`),
		h("a", { class: "button", href: LOGIN, target: "_blank", rel: "noopener" }, "Sign in in another tab"),
		button("I have signed in", look));
	place().append(bar);
	document.querySelector("dialog[open]")?.prepend(place());
	place().scrollIntoView({ block: "nearest" });
}

/** Bring the message home: before the dialog that holds it goes, too. */
export function home() {
	if (place().previousElementSibling?.tagName !== "HEADER") document.querySelector("header").after(place());
}
