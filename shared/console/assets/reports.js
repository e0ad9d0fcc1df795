// The daily reports, and the month in one picture.

import { get } from "./api.js";
import { chart } from "./chart.js";
import { h } from "./element.js";
import { weekday } from "./moment.js";
import { badge, card, soft, table, title } from "./part.js";
import { into } from "./problem.js";

const COLUMNS = ["Day", "What it says", "Through the desk", "Around it", "Alarms", "As"];

/** Show them. A report's own page can do nothing but show itself, so it has a tab of its own. */
export async function show(main, { me, signal }) {
	const place = h("div");
	main.append(title("Daily reports"), soft(`Days begin as in ${me.rules.timeZone}. Each report says how complete it is.`), place);
	await into(place, signal, () => get("reports", signal), ({ body: { reports } }) => reports.length ? [
		card("The last 30 days", chart(reports)),
		h("section", { class: "card" }, table("Reports, the newest first", COLUMNS, reports.map(cells))),
	] : h("p", { class: "card notice" }, "No report has been written yet; the first comes once a day is over."));
}

function cells(told) {
	const kind = (name, label) => h("a", { href: `/api/reports/${told.day}.${name}`, target: name === "html" && "_blank", rel: "noopener", "aria-label": `${label}, ${told.day}` }, label);
	return [[weekday(told.day), !told.complete && [" ", badge("not complete", "warn")]], told.headline, told.desk, told.outside,
		told.alarms ? badge(told.alarms, "alarm") : 0, [kind("html", "page"), "\u00a0", kind("csv", "CSV")]];
}
