// The desk's doors. What is no success is thrown, with a sentence for whoever reads it.

const AWAY = "The desk cannot be reached. Check the connection, then try again; nothing you typed is lost.";
export const ENDED = "Your sign-in has ended. Sign in again and go on; nothing you typed is lost.";
let signedOut = () => {};

class Trouble extends Error {
	constructor(status, details = {}) {
		super((status !== 401 && details.detail) || unsaid(status));
		this.status = status;
		this.details = details;
	}

	/** Whether nobody can tell if it was done: the answer, and not only the call, may have been lost. */
	get isUncertain() { return this.status === 0 || this.status >= 500; }

	get isSignedOut() { return this.status === 401; }
}

/** Return whether it is to be shown: what was called off is not, and a fault of this page is thrown on. */
export function isTrouble(error) {
	if (error instanceof Trouble) return true;
	if (error.name === "AbortError") return false;
	throw error;
}

/** Have this called whenever the desk says that nobody is signed in. */
export function onSignedOut(listener) { signedOut = listener; }

export function at(...segments) { return segments.map(encodeURIComponent).join("/"); }

export function get(path, signal, as = "json") { return call("GET", path, { signal, as }); }

export function post(path, body, options = {}) { return call("POST", path, { body, ...options }); }

async function call(method, path, { body, headers = {}, signal, as = "json" } = {}) {
	const response = await reached(fetch(`/api/${path}`, {
		method,
		signal,
		redirect: "manual",
		cache: "no-store",
		headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
		body: body === undefined ? undefined : JSON.stringify(body),
	}));
	if (response.ok) return { body: await reached(response[as]()), headers: response.headers };
	throw await trouble(response);
}

async function reached(promise) {
	try {
		return await promise;
	} catch (error) {
		if (error.name === "AbortError") throw error;
		throw new Trouble(0);
	}
}

async function trouble(response) {
	// A redirection can only lead to the sign-in page: App Service Authentication sends it in place of a 401.
	const status = response.type === "opaqueredirect" ? 401 : response.status;
	const details = (await response.json().catch(() => null)) ?? {};
	if (status === 401) signedOut();
	return new Trouble(status, details);
}

function unsaid(status) {
	if (status === 0) return AWAY;
	if (status === 401) return ENDED;
	return `The desk answered with status ${status}, and no reason. Try again, or ask whoever runs it.`;
}
