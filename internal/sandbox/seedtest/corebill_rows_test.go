package seedtest

// rows are the sentences of both pages that a server can show.
func rows() []row { return append(corebillRows(), billiumRows()...) }

func corebillRows() []row {
	rows := []row{
		{sentence: "All API requests must include an API key in the Authorization header using the Bearer scheme.", check: corebillNeedsBearer},
		{sentence: "Authorization: Bearer sk_live_your_api_key", check: corebillAcceptsBearer},

		{sentence: "API keys follow the format sk_ followed by a unique identifier:", check: corebillTokensAreUnique},
		{sentence: "sk_live_a1b2c3d4e5f6g7h8i9j0...", check: corebillTokenFormat},
		{sentence: "The token is shown only once at creation time.", check: corebillTokenShownOnce},
		{sentence: "After that you'll only see the key_prefix (the first 10 characters).", check: corebillKeyPrefix},
		{sentence: "If you lose it, revoke the key and create a new one.", check: corebillLostKey},

		{sentence: "Each API key has one of three hierarchical permission levels:", check: corebillThreeLevels},
		{sentence: "read | Read-only access | GET requests only |", check: corebillReadLevel},
		{sentence: "write | Read + write access | GET, POST requests |", check: corebillWriteLevel},
		{sentence: "admin | Full access | All methods including DELETE |", check: corebillAdminLevel},
		{sentence: "Permissions are hierarchical: admin includes all write permissions, and write includes all read permissions.", check: corebillHierarchy},

		{sentence: "Pick a name, a company, and a permission level", check: corebillPickThree},
		{sentence: "Copy the sk_...token immediately -- you won't see it again", check: corebillNotSeenAgain},

		{sentence: "All endpoints (except GET /companies) require a company_id query parameter.", check: corebillNeedsCompany},
		{sentence: "This scopes the request to a specific company within your organization.", check: corebillScopes},
		{sentence: `# List customers for a specific company2curl "https://api.corebill.io/v1/customers?company_id=com_abc123" \3 -H "Authorization: Bearer sk_live_your_api_key"`, check: corebillSample},
		{sentence: "To find your company IDs, use the List Companies endpoint.", check: corebillFindCompanies},

		{sentence: "Revocation takes effect immediately -- subsequent requests return 401.", check: corebillRevocation},
		{sentence: `There is no way to "rotate" a key in place.`, check: corebillNoRotation},
		{sentence: "To rotate, create a new key, switch your deployment over, then revoke the old one.", check: corebillRotation},

		{sentence: "Every successful request updates the last_used_at timestamp on the key.", check: corebillLastUsed},

		{sentence: "401 | Missing Authorization header | No API key provided |", check: corebillMissingHeader},
		{sentence: "401 | Invalid API key | Key doesn't exist or is malformed |", check: corebillInvalidKey},
		{sentence: "401 | API key is disabled | Key has been deactivated |", check: corebillDisabledKey},
		{sentence: "403 | Insufficient permissions | Key doesn't have the required permission level |", check: corebillInsufficient},
		{sentence: `{2 "error": "Insufficient permissions. Write access required."3}`, check: corebillErrorSample},

		{sentence: "Every API request is recorded in api_logs with the originating key, method, path, status, duration, IP, and user-agent.", check: corebillAuditTrail},
	}
	for i := range rows {
		rows[i].page = corebillPage
	}
	return rows
}
