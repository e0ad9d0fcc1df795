// People as somebody pastes them: one a line, in the first column of whatever it is.

const PERSON = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[^@\s/\\%?"<>|*:;,()[\]{}]+@[^@\s/\\%?"<>|*:;,()[\]{}]+)$/i;
const SHOWN = 5;
export const MOST = 10000;
export const LARGEST = 4e6; // bytes of a file

/** Return the people, each once, how often somebody stood there again, and the lines that name nobody. */
export function read(text) {
	const people = new Map();
	const wrong = [];
	let again = 0;
	text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/).forEach((line, place) => {
		const name = first(line);
		if (!name) return;
		if (!PERSON.test(name)) {
			// The first line may be a heading.
			if (place > 0 || people.size > 0) wrong.push(`line ${place + 1}: “${name.slice(0, 60)}”`);
			return;
		}
		if (people.has(name.toLowerCase())) again += 1;
		else people.set(name.toLowerCase(), name);
	});
	return { users: [...people.values()], again, wrong: wrong.slice(0, SHOWN), wrongs: wrong.length };
}

/** Return whom a dry run did not refuse, by its outcomes; a cell may have line breaks, and says nothing of anybody else. */
export function left(csv) {
	const rows = [[]];
	for (const [, cell, end] of csv.matchAll(/"((?:[^"]|"")*)"(,|\r?\n|$)/g)) {
		rows.at(-1).push(cell);
		if (end !== ",") rows.push([]);
	}
	return rows.slice(1).filter(([name, , status]) => name && status !== "refused").map(([name]) => first(`"${name}"`));
}

/** Return the first column, without quotation marks or a spreadsheet's apostrophe. */
function first(line) {
	const quoted = /^\s*"((?:[^"]|"")*)"/.exec(line);
	const text = quoted ? quoted[1].replaceAll('""', '"') : line.split(/[,;\t]/)[0];
	return text.trim().replace(/^'(?=[=+\-@])/, "");
}
