// Moments, in the time zone of whoever looks at them.

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const WEEKDAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const AGO = new Intl.RelativeTimeFormat("en");
const UNITS = [["year", 31536e6], ["month", 2592e6], ["day", 864e5], ["hour", 36e5], ["minute", 6e4]];

import { h } from "./element.js";

/** Return a <time>: "23 Nov 2026, 05:12", or the hour alone. */
export function moment(text, { day = true } = {}) {
	const at = new Date(text);
	return h("time", { datetime: text, title: at.toString() }, day && `${DAY.format(at)}, `, TIME.format(at));
}

/** Return how long ago, or in how long: "2 years ago". Never "yesterday": 47 hours can be two days back. */
export function ago(text, now = Date.now()) {
	const apart = new Date(text).getTime() - now;
	const [unit, size] = UNITS.find(([, each]) => Math.abs(apart) >= each) ?? [];
	return unit ? AGO.format(Math.trunc(apart / size), unit) : "now";
}

export function weekday(day) { return WEEKDAY.format(new Date(`${day}T00:00:00Z`)); }

/** Return a day: "1 Jan 2026". */
export function date(day) {
	return new Date(day).toLocaleDateString("en-GB", { dateStyle: "medium", timeZone: "UTC" });
}

export function today() { return new Date().toISOString().slice(0, 10); }

/** Return a moment for a ticket, where nobody knows the reader's time zone. */
export function utc(text) {
	return `${new Date(text).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
