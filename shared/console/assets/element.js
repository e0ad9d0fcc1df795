// Elements. Every text becomes a text node: nothing that anybody is called can turn into markup.

/** Return an element with these attributes and listeners (`onclick: f`), if any come first, and children. */
export function h(tag, ...content) { return filled(document.createElement(tag), content); }

export function drawn(tag, ...content) { return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), content); }

export function newId(stem) {
	counted += 1;
	return `${stem}-${counted}`;
}

let counted = 0;

function filled(element, content) {
	const [attributes, ...children] = content[0]?.constructor === Object ? content : [{}, ...content];
	for (const [name, value] of Object.entries(attributes)) {
		if (value === undefined || value === null || value === false) continue;
		if (typeof value === "function") element.addEventListener(name.slice(2), value);
		else element.setAttribute(name, value === true ? "" : value);
	}
	element.append(...children.flat(Infinity).filter((child) => child || child === 0).map(plain));
	return element;
}

/** Return a text without what would turn the direction of all that follows. */
export function plain(text) { return typeof text === "string" ? text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd") : text; }
