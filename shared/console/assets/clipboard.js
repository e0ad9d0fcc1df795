// Copying. Where the browser does not let a page copy, the text is there to be copied by hand.

import { announce } from "./announcer.js";
import { h } from "./element.js";

/** Return a button that copies what `text` returns; `secret` is not shown where it cannot be copied. */
export function copyButton(label, text, { secret = false } = {}) {
	const button = h("button", { type: "button", onclick: copy }, label);
	async function copy() {
		try {
			await navigator.clipboard.writeText(text());
			button.textContent = "Copied";
			announce("Copied.");
			setTimeout(() => { button.textContent = label; }, 2000);
		} catch {
			announce("The browser did not let the page copy; copy the text by hand.");
			if (secret) return;
			const area = h("textarea", { readonly: true, rows: "8", "aria-label": "Text to copy" });
			area.value = text();
			button.after(area);
			area.select();
		}
	}
	return button;
}
