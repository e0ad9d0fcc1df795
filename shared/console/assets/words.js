// Words for what programs read. A newer one, that is not here, is shown as it is called.

export const ACTIONS = {
	requireReregistration: "Require re-registration", revokeSessions: "Revoke sessions",
	setPerUserMfa: "Set per-user MFA", issueTemporaryAccessPass: "Temporary Access Pass",
};
export const DEFAULTS = {
	push: "Authenticator notification", oath: "Authentication codes", sms: "Text message", voiceMobile: "Call to the mobile phone",
	voiceAlternateMobile: "Call to the alternate mobile", voiceOffice: "Call to the office phone",
};
export const STATUSES = {
	succeeded: "Succeeded", partial: "In part", failed: "Failed", refused: "Refused", rejected: "Rejected",
	awaitingApproval: "Waits for approval", deferred: "Deferred", running: "At work",
};
export const METHODS = {
	phone: "Phone", microsoftAuthenticator: "Authenticator app", softwareOath: "Authentication codes",
	hardwareOath: "Hardware token", fido2: "Passkey", windowsHelloForBusiness: "Windows Hello", email: "Email address",
	temporaryAccessPass: "Temporary Access Pass", platformCredential: "Platform credential",
	external: "External method", qrCodePin: "QR code", passwordlessMicrosoftAuthenticator: "Passwordless Authenticator",
};
export const RESULTS = {
	removed: "Removed", alreadyGone: "Was gone already", deactivated: "Deactivated",
	stillRegistered: "Still registered", wouldBeRemoved: "Will be removed", wouldBeDeactivated: "Will be deactivated",
};
export const WHYS = {
	registeredSince: "registered since", unknownType: "of an unknown type",
	isDefault: "is the default method", notYetGone: "not gone yet", graphRefused: "Graph refused",
	stopped: "the run was stopped", notPlanned: "not part of the plan",
};
export const REACHES = {
	standard: ["Ordinary person", "An operator may reset them."],
	privileged: ["Administrator", "It takes a privileged operator."],
	protected: ["Protected", "Nobody may reset them."],
	unknown: ["Cannot be told", "The desk refuses what it cannot tell."],
};
export const DEEDS = {
	methodsRemoved: "Methods removed", sessionsRevoked: "Sessions revoked", perUserMfaChanged: "Per-user MFA changed",
	passIssued: "Temporary Access Pass issued", passwordChanged: "Password changed",
	methodsRegistered: "Method registered", methodsUpdated: "Method changed", defaultChanged: "Default method changed",
	roleGiven: "Role given", roleTaken: "Role taken away",
};
export const STANDINGS = {
	matched: "Through the desk", pending: "Through the desk, not in the audit log yet",
	unconfirmed: "Not in the audit log", alarm: "Alarm: no request accounts for it", outsideDesk: "Around the desk",
	selfService: "Self-service",
};
export const THROUGH = {
	desk: "MFA Desk", portalOrTool: "the portal or another tool", application: "an application",
	selfService: "self-service", unknown: "a way that is not told",
};
export const RULES = {
	cannotTell: "Cannot tell who they are", requesterLacksAuthority: "Requester has no role for it",
	targetNotFound: "Not in the directory", targetProtected: "Protected", self: "The requester themselves",
	targetIsPrivileged: "Administrator: takes a privileged operator", secondPersonNeeded: "Needs a second person",
	actionSwitchedOff: "Action is switched off",
};
export const WAYS = { queue: "by queue", http: "over HTTP" };

const MASK = /\*{2,}/g;

export function word(words, name) { return words[name] ?? name; }

export function actions(told) { return (told.actions ?? []).map((each) => word(ACTIONS, each)).join(", "); }

/** Return a method: "Phone (mobile +1 ••10)". */
export function method(told) {
	const more = label(told);
	return more ? `${word(METHODS, told.type)} (${more})` : word(METHODS, told.type);
}

export function label(told) { return (told.label ?? "").replace(MASK, "••").replace("alternateMobile", "alternate mobile"); }

export function person(told) {
	if (!told) return "nobody in particular";
	return told.displayName || told.userPrincipalName || told.name || told.asked || told.id || "nobody in particular";
}

/** Return the name by which somebody signs in, where it tells more than what they are called. */
export function account(told) {
	const name = told?.userPrincipalName || told?.name || told?.asked || "";
	return name === person(told) ? "" : name;
}

export function plural(count, one, many = `${one}s`) { return `${count.toLocaleString("en")} ${count === 1 ? one : many}`; }
