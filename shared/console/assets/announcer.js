// What a screen reader is told without anything taking the focus.

export function announce(text) {
	const region = document.getElementById("told");
	region.textContent = "";
	setTimeout(() => { region.textContent = text; }, 50);
}
