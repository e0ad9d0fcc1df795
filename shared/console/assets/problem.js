// A problem, shown where it happened: the desk's own sentence, and the way out.

import { get, isTrouble } from "./api.js";
import { h } from "./element.js";
import { button, soft } from "./part.js";
import { asking } from "./route.js";

/** Return what is shown in place of something that did not come; `again` tries it once more, where that can help. */
export function problem(error, again) {
	const { permission, invocationId } = error.details ?? {};
	return h("div", { class: "banner bad", role: "alert" },
		h("p", error.message),
		permission && soft("Missing permission: ", h("code", permission)),
		invocationId && soft("For whoever runs the desk: invocation ", h("code", invocationId)),
		again && (error.isUncertain || error.isSignedOut) && button("Try again", again));
}

/** Fill a place with a list; what follows comes in place of the button that asks for it. */
export function listed(place, signal, path, query, show) {
	return into(place, signal, () => get(asking(path, query), signal), ({ body }) => {
		if (!body.continuation) return show(body);
		const more = h("div", { class: "more", tabindex: "-1" });
		more.append(button("Show more", async () => {
			await listed(more, signal, path, { ...query, continuation: body.continuation }, show);
			more.focus();
		}));
		return [show(body), more];
	});
}

/** Fill a place with what a promise brings, or with its problem; nothing once the view has been left. */
export async function into(place, signal, bring, show) {
	const again = () => into(place, signal, bring, show);
	place.setAttribute("aria-busy", "true");
	place.replaceChildren(soft("Loading …"));
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
