// Where one is: #/person/<id>, so that reload and back lead where they should.

export function here(hash = location.hash) {
	const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
	const [name = "", ...rest] = path.split("/").filter(Boolean).map(decoded);
	return { name: name || "person", rest, query: new URLSearchParams(query) };
}

export function to(segments, query = {}) {
	return asking(`#/${segments.map(encodeURIComponent).join("/")}`, query);
}

export function asking(path, query) {
	const behind = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
	return behind ? `${path}?${behind}` : path;
}

function decoded(segment) {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}
