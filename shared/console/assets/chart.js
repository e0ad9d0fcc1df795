// The month: resets of each day, through the desk below, around it above.

import { drawn, h } from "./element.js";
import { weekday } from "./moment.js";
import { plural } from "./words.js";

const DAYS = 30;
const [WIDTH, HEIGHT, FLOOR, TOP] = [720, 170, 145, 14];

export function chart(reports) {
	const byDay = new Map(reports.map((each) => [each.day, each]));
	const newest = new Date(`${reports[0].day}T00:00:00Z`).getTime();
	const days = Array.from({ length: DAYS }, (_, back) => new Date(newest - (DAYS - 1 - back) * 864e5).toISOString().slice(0, 10));
	const most = Math.max(1, ...reports.map((each) => each.desk + each.outside));
	const share = WIDTH / DAYS;
	const bars = days.map((day, place) => bar(day, byDay.get(day), place * share, share * 0.72, (FLOOR - TOP) / most));
	return h("figure",
		h("figcaption", key("desk", "Through the desk"), key("around", "Around it"), key("mark", "Alarm")),
		drawn("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `Resets of each day, at most ${most}. The table below has the figures.` },
			drawn("line", { class: "grid", x1: 0, x2: WIDTH, y1: FLOOR, y2: FLOOR }), bars,
			days.map((day, place) => place % 7 === 3 && drawn("text", { x: place * share, y: HEIGHT - 6 }, weekday(day).slice(4)))));
}

function bar(day, told, x, width, unit) {
	if (!told) return drawn("line", { class: "missing", x1: x, x2: x + width, y1: FLOOR - 2, y2: FLOOR - 2 });
	const [desk, outside] = [told.desk * unit, told.outside * unit];
	return drawn("g", {}, drawn("title", {}, `${weekday(day)}: ${told.desk} through the desk, ${told.outside} around it, ${plural(told.alarms, "alarm")}`),
		drawn("rect", { class: "desk", x, y: FLOOR - desk, width, height: desk }),
			drawn("rect", { class: "around", x, y: FLOOR - desk - outside, width, height: outside }),
		told.alarms > 0 && drawn("path", { class: "mark", d: `M${x + width / 2 - 5} ${FLOOR - desk - outside - 3}h10l-5 -8z` }));
}

function key(name, words) {
	return h("span", { class: "key" }, drawn("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" },
		drawn("rect", { class: name, width: 10, height: 10, rx: 2 })), words);
}
