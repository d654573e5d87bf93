package seedtest

import "slices"

// facts are the statements beyond the two pages.
func facts() []fact {
	return slices.Concat(
		factsOf("corebill", documented, corebillDocumented()),
		factsOf("corebill", contract, corebillContract()),
		factsOf("billium", documented, billiumDocumented()),
		factsOf("billium", contract, billiumContract()),
	)
}

func factsOf(platform, source string, facts []fact) []fact {
	for i := range facts {
		facts[i].platform, facts[i].source = platform, source
	}
	return facts
}

func corebillDocumented() []fact {
	return []fact{
		{statement: "A missing company_id is a 400.", check: corebillNeedsCompany},
		{statement: "An object that is not there, or another company's, is a 404.", check: corebillNotFound},
		{statement: "GET /companies lists the companies that the key can reach, with exactly the documented fields.", check: corebillCompanyObject},
		{statement: "limit is 1 to 100 and 10 by default.", check: corebillPageBounds},
		{statement: "A list is {object: list, url, data, has_more, next_cursor: an id or null}.", check: corebillListEnvelope},
		{statement: "starting_after and ending_before page forwards and backwards.", check: corebillCursors},
		{statement: "Both cursors at once are a 400.", check: corebillBothCursors},
		{statement: "Ids are a prefix and 12 characters.", check: corebillIDs},
		{statement: "Times are RFC 3339 in UTC.", check: corebillTimes},
		{statement: "The error body is {error: message} and nothing else, as JSON.", check: corebillErrorBodies},
	}
}

func corebillContract() []fact {
	return []fact{
		{statement: "PATCH changes name and disabled, never the level.", check: corebillPatch},
		{statement: "DELETE revokes, and revoking again answers the same.", check: corebillRevokeTwice},
		{statement: "A revoked key can't be changed.", check: corebillPatchRevoked},
		{statement: "Key objects have exactly the contract's fields; the created one has token besides.", check: corebillKeyObject},
		{statement: "created_by is the id of the key that made it, or dashboard.", check: corebillCreatedBy},
		{statement: "Names need not be unique.", check: corebillSameName},
		{statement: "A revoked key is gone from lists unless include_revoked=true.", check: corebillListWithoutRevoked},
		{statement: "By id a revoked key answers 200 with the time of revocation for 90 days, then 404.", check: corebillNinetyDays},
		{statement: "A key with no company is an organization key: it reaches every company.", check: corebillOrganizationReach},
		{statement: "A company's key neither makes nor sees organization keys.", check: corebillOrganizationKeys},
		{statement: "company_id in the body of a new key equals the query's, is null or is absent.", check: corebillBodyCompany},
		{statement: "No key makes a key whose level is above its own.", check: corebillNoEscalation},
		{statement: "Only an organization admin key creates and deletes companies.", check: corebillCompanyAdmin},
		{statement: "POST, PATCH and DELETE work on companies.", check: corebillCompanyLifecycle},
		{statement: "There are no idempotency keys: the same POST twice makes two keys.", check: corebillNoIdempotency},
		{statement: "The response of a creation holds the token, and no other response ever does.", check: corebillTokenShownOnce},
		{statement: "Customers are created, read, listed and deleted.", check: corebillCustomers},
		{statement: "Log objects have exactly the contract's fields.", check: corebillLogObject},
		{statement: "Logs are listed newest first.", check: corebillLogOrder},
		{statement: "Logs are filtered by key, by status and by time.", check: corebillLogFilters},
		{statement: "Refused requests are logged too: with the key where it is revoked or disabled, with null where it is unknown.", check: corebillLogRefusals},
		{statement: "A company's key sees the requests made for its company; an organization key also those that named none it reaches.", check: corebillLogReach},
		{statement: "Lists are newest first.", check: corebillListOrder},
		{statement: "An unknown field is a 400 that names it.", check: corebillUnknownField},
		{statement: "An unknown query parameter is a 400 that names it.", check: corebillUnknownParameter},
		{statement: "A wrong type is a 400 that names the field.", check: corebillWrongType},
		{statement: "A request is checked in the order 401, 403, 400, 404.", check: corebillOrderOfChecks},
		{statement: "An unknown path is a 404 and an unknown method a 405, with the error body.", check: corebillUnknownRoutes},
		{statement: "Every response has an X-Request-Id of its own.", check: corebillRequestIDs},
	}
}

func billiumDocumented() []fact {
	return []fact{
		{statement: "Both /v1 and the older /api/v1 are served, with the same content.", check: billiumBothVersions},
		{statement: "An error is {statusCode, message, error}, its message a text or an array of texts.", check: billiumErrorBodies},
		{statement: "50 requests per 60 s and client IP, whatever the key.", check: limitPerAddress, limits: true},
		{statement: "300 requests per 60 s and API key, whatever the client IP.", check: limitPerKey, limits: true},
		{statement: "The limit per key is keyed on the key's first 16 characters.", check: limitKeyedOnPrefix, limits: true},
		{statement: "Every response describes the limit, refusals included; 429 has Retry-After and the documented body.", check: limitOnRefusals, limits: true},
		{statement: "Idempotency-Key: the same key and body replay the first response exactly.", check: idempotentReplay},
		{statement: "Idempotency-Key: the same key with another body is a 409.", check: idempotentMismatch},
		{statement: "Idempotency-Key: is kept for 24 hours, per merchant.", check: idempotentFor24Hours},
		{statement: "Idempotency-Key: has at most 255 characters.", check: idempotencyKeyLength},
		{statement: "Idempotency-Key: a request still in flight is locked.", check: idempotentInFlight},
		{statement: "Ids are a prefix and 32 hexadecimal digits.", check: billiumIDs},
		{statement: "A list of invoices is {data, pagination: {page, limit, total, lastPage}}.", check: billiumPagination},
	}
}

func billiumContract() []fact {
	return []fact{
		{statement: "PATCH changes name, permissions and isActive in place; the token stays the same.", check: billiumPatch},
		{statement: "permissions and permissionSetId exclude one another.", check: billiumExclusiveFields},
		{statement: "permissionSetId grants what the set holds, now and after each change of the set.", check: billiumSetOnKey},
		{statement: "POST, GET, PATCH and DELETE work on permission sets; DELETE is a 409 while a key or member uses the set.", check: billiumSets},
		{statement: "An invitation is listed and cancelled; accepted, it is a member.", check: billiumInvitations},
		{statement: "PATCH and DELETE work on members; a member's keys end with the membership.", check: billiumMembers},
		{statement: "The OWNER is neither changed, removed nor invited, and no one is made one.", check: billiumOneOwner},
		{statement: "DELETE revokes, and revoking again answers the same.", check: billiumRevokeTwice},
		{statement: "A revoked key can't be changed.", check: billiumPatchRevoked},
		{statement: "An inactive key gets 401 API key is inactive until it is active again.", check: billiumInactive},
		{statement: "GET api-keys/current is the presented key, its permissions and its creator's role.", check: billiumCurrent},
		{statement: "Key objects have exactly the contract's fields; the created one has token besides.", check: billiumKeyObject},
		{statement: "keyPrefix is the token's first 16 characters.", check: billiumKeyPrefix},
		{statement: "A PUBLIC key made without permissions has the three.", check: billiumPublicMaximum},
		{statement: "A key is SECRET unless the body says otherwise.", check: billiumDefaultType},
		{statement: "No one grants a permission that they don't hold.", check: billiumNoEscalation},
		{statement: "createdBy is the id of the key that made it, or of the team member who did in the dashboard.", check: billiumCreatedBy},
		{statement: "lastUsedAt moves with every successful request.", check: billiumLastUsed},
		{statement: "Names need not be unique.", check: billiumSameName},
		{statement: "A revoked key is gone from lists unless includeRevoked=true.", check: billiumListWithoutRevoked},
		{statement: "By id a revoked key answers 200 with the time of revocation for 90 days, then 404.", check: billiumNinetyDays},
		{statement: "Idempotency-Key works on every POST; the replay of a creation holds the token again.", check: idempotentKeyCreation},
		{statement: "Idempotency-Key: a refused request is not remembered.", check: idempotentAfterRefusal},
		{statement: "Idempotency-Key: the same request many times at once takes effect once.", check: idempotentAtOnce},
		{statement: "page and limit: 20 by default, at most 100.", check: billiumPageBounds},
		{statement: "Lists of keys and logs have the pagination envelope and are newest first.", check: billiumLists},
		{statement: "Log objects have exactly the contract's fields, and every request has one.", check: billiumLogObject},
		{statement: "Logs are newest first and filtered by key, by status and by time.", check: billiumLogFilters},
		{statement: "Refused requests are logged too: with the key where it is revoked or inactive, with null where it is unknown.", check: billiumLogRefusals},
		{statement: "Invoices are created, read, listed and cancelled once.", check: billiumInvoices},
		{statement: "GET and PATCH work on the merchant itself.", check: billiumMerchant},
		{statement: "An unknown field is a 400 that names it.", check: billiumUnknownField},
		{statement: "An unknown query parameter is a 400 that names it.", check: billiumUnknownParameter},
		{statement: "A wrong type is a 400 that names the field.", check: billiumWrongType},
		{statement: "An object that is not there is a 404.", check: billiumNotFound},
		{statement: "A request is checked in the order 401, 403, 400, merchant.", check: billiumOrderOfChecks},
		{statement: "An unknown path is a 404 and an unknown method a 405, with the error body.", check: billiumUnknownRoutes},
		{statement: "Every response has an X-Request-Id of its own.", check: billiumRequestIDs},
	}
}
