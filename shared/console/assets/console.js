// The console: who has signed in, and which view is shown.

import { announce } from "./announcer.js";
import { get, isTrouble } from "./api.js";
import * as approvals from "./approvals.js";
import * as bulk from "./bulk.js";
import * as delegates from "./delegates.js";
import { h } from "./element.js";
import { soft, title } from "./part.js";
import * as person from "./person.js";
import { problem } from "./problem.js";
import * as reports from "./reports.js";
import * as request from "./request.js";
import * as requests from "./requests.js";
import { here } from "./route.js";
import { returnToPlace, showAccount, showSignIn, watch } from "./session.js";

const VIEWS = { person, approvals, requests, request, reports, delegates, bulk };
const main = document.getElementById("main");
let me = null;
let leaving = new AbortController();

async function begin() {
	main.replaceChildren(soft("Loading …"));
	try {
		iAm((await get("me")).body);
	} catch (error) {
		if (!isTrouble(error)) return;
		if (error.isSignedOut) showSignIn(main);
		else main.replaceChildren(problem(error, begin));
		return;
	}
	returnToPlace();
	window.addEventListener("hashchange", () => show({ moved: true }));
	watch(me.id, iAm);
	await show({ moved: false });
}

function iAm(caller) {
	me = { authority: "none", ...caller };
	showAccount(me);
}

/** Show the view of the address; what the one before waits for is called off. */
async function show({ moved }) {
	leaving.abort();
	leaving = new AbortController();
	const { signal } = leaving;
	const { name, rest, query } = here();
	markPlace(name);
	main.replaceChildren();
	if (me.authority === "none") await showStranger(signal);
	else await (Object.hasOwn(VIEWS, name) ? VIEWS[name] : person).show(main, { me, rest, query, signal });
	if (!signal.aborted) arrive(moved);
}

function markPlace(name) {
	const current = name === "request" ? "requests" : name;
	for (const link of document.querySelectorAll("nav a")) {
		if (link.hash === `#/${current}`) link.setAttribute("aria-current", "page");
		else link.removeAttribute("aria-current");
	}
}

/** Lead the focus to what has come, unless somebody is typing there already. */
function arrive(moved) {
	const heading = main.querySelector("h1");
	document.title = heading ? `${heading.textContent} · MFA Desk` : "MFA Desk";
	const wanted = main.querySelector("[data-focus]") ?? heading;
	if (main.contains(document.activeElement)) return;
	if (moved) announce(heading?.textContent ?? "");
	if (moved || wanted !== heading) wanted?.focus({ preventScroll: moved && wanted === heading });
	if (moved) window.scrollTo(0, 0);
}

async function showStranger(signal) {
	const refusal = await get("requests", signal).then(() => null, (error) => error);
	main.append(h("section", { class: "card notice" },
		title("You have no role at this desk"),
		h("p", refusal?.message ?? "You have one now: load the page again."),
		soft("A role counts from the next sign-in on.")));
}

document.getElementById("skip").addEventListener("click", (event) => {
	event.preventDefault();
	main.focus();
});
begin();
