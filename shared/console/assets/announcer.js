// What a screen reader is told without anything taking the focus.

const region = document.getElementById("told");

export function announce(text) {
	// Of what lies beneath an open dialog, nothing is told.
	const place = document.querySelector("dialog[open]") ?? document.body;
	if (region.parentNode !== place) place.append(region);
	region.textContent = "";
	setTimeout(() => { region.textContent = text; }, 50);
}
