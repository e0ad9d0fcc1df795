// Where one is: #/person/<id>, so that reload and back lead where they should.

export function here(hash = location.hash) {
	const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
	const [name = "", ...rest] = path.split("/").filter(Boolean).map(decoded);
	return { name: name || "person", rest, query: new URLSearchParams(query) };
}

export function to(segments, query = {}) {
	const given = Object.entries(query).filter(([, value]) => value);
	const behind = new URLSearchParams(given).toString();
	return `#/${segments.map(encodeURIComponent).join("/")}${behind ? `?${behind}` : ""}`;
}

function decoded(segment) {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}
