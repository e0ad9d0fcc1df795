// A request on its way to the desk: one by its id, however often it is sent.

import { at, get, post } from "./api.js";

const OPEN = new Set(["running", "deferred"]);
const SECONDS = [0.5, 1, 2, 3, 5];

export class Submission {
	constructor() { this.sent = ""; this.id = ""; }

	/**
	 * Send what is asked for, and return the record once it has ended, waits for somebody, or is put off.
	 *
	 * After an answer that got lost the same id is sent again. After one that came, other content is another request.
	 */
	async send(asked, { signal, told }) {
		const text = JSON.stringify(asked);
		if (!this.id || (this.answered && this.sent !== text)) this.id = `console-${crypto.randomUUID()}`;
		this.sent = text;
		this.answered = false;
		const { body } = await this.#answer(post("requests", { ...asked, id: this.id }, { signal }));
		return settled(body, { signal, told });
	}

	async #answer(promise) {
		try {
			return await promise;
		} catch (error) {
			this.answered = error.name !== "AbortError" && !error.isUncertain;
			// A refusal is on record under this id: whoever asks again, in the same words, asks anew.
			if (error.status === 403 || error.status === 404 || error.status === 409) this.id = "";
			throw error;
		}
	}
}

/** Follow a request until there is no more to wait for. `told` gets each record on the way. */
export async function settled(record, { signal, told }) {
	let current = record;
	for (let round = 0; OPEN.has(current.status); round += 1) {
		told(current);
		const until = current.deferredUntil ? new Date(current.deferredUntil).getTime() - Date.now() : 0;
		await pause(Math.max(SECONDS[Math.min(round, SECONDS.length - 1)] * 1000, Math.min(until, 15000)), signal);
		current = await looked(current, signal);
	}
	return current;
}

/** Return the record as it is now, or as it was where it cannot be read: the desk goes on by itself. */
async function looked(record, signal) {
	try {
		return (await get(at("requests", record.id), signal)).body;
	} catch (error) {
		if (error.isUncertain || error.isSignedOut) return record;
		throw error;
	}
}

/** Wait so many milliseconds; an end of the view ends the wait as well. */
export function pause(milliseconds, signal) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(resolve, milliseconds);
		signal?.addEventListener("abort", () => { clearTimeout(timer); reject(new DOMException("left", "AbortError")); }, { once: true });
	});
}
