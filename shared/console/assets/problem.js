// A problem, shown where it happened: the desk's own sentence, and the way out.

import { isTrouble } from "./api.js";
import { h } from "./element.js";
import { button, soft } from "./part.js";

/** Return what is shown in place of something that did not come; `again` tries it once more. */
export function problem(error, again) {
	const { permission, invocationId } = error.details ?? {};
	return h("div", { class: "banner bad problem", role: "alert" },
		h("p", {}, error.message),
		permission && soft("Missing permission: ", h("code", {}, permission)),
		invocationId && soft("For whoever runs the desk: invocation ", h("code", {}, invocationId)),
		again && button("Try again", again));
}

/** Return a button for what follows, which comes in its place; nothing where nothing does. */
export function further(continuation, signal, bring, show, label = "Show more") {
	if (!continuation) return "";
	const more = h("div", { class: "more", tabindex: "-1" });
	more.append(button(label, async () => {
		await into(more, signal, () => bring(continuation), ({ body }) => show(body));
		more.focus();
	}));
	return more;
}

/** Fill a place with what a promise brings, or with its problem; nothing once the view has been left. */
export async function into(place, signal, bring, show) {
	const again = () => into(place, signal, bring, show);
	place.setAttribute("aria-busy", "true");
	place.replaceChildren(h("p", { class: "loading" }, "Loading …"));
	try {
		const brought = await bring();
		if (!signal.aborted) place.replaceChildren(...[show(brought)].flat(Infinity).filter(Boolean));
	} catch (error) {
		if (!isTrouble(error) || signal.aborted) return;
		place.replaceChildren(problem(error, again));
	} finally {
		place.removeAttribute("aria-busy");
	}
}
