package seedtest

func billiumRows() []row {
	rows := []row{
		{sentence: "All requests to the Billium API must include an API key in the x-api-key header.", check: billiumNeedsKey},
		{sentence: "x-api-key: sk_...", check: billiumAcceptsKey},

		{sentence: "Billium issues two types of keys.", check: billiumTwoTypes},
		{sentence: "They share the same header and the same rate-limit bucket, but differ in scope.", check: billiumSharedBucket, limits: true},
		{sentence: "sk_ | Secret key | Full access to every permission the issuing user's role allows (up to all 34 permissions). | Your server. Never ship this to a browser or mobile client. |", check: billiumSecretScope},
		{sentence: "pk_ | Public key | Exactly three permissions: invoice:create, invoice:view, product:view. Cannot read lists, cancel invoices, manage webhooks, or touch any other resource. | Browser-side or mobile integrations where exposing a key is unavoidable. |", check: billiumPublicScope},
		{sentence: "Both keys are {prefix}_{96 base62 characters} — there is no separate _live_ / _test_ split at the API-key level today.", check: billiumTokenFormat},
		{sentence: "A single merchant account has one logical key space.", check: billiumOneKeySpace},

		{sentence: "Click Create API Key, choose SecretorPublic, and select the permissions you need.", check: billiumChoose},
		{sentence: "Copy the key — it is only shown once.", check: billiumShownOnce},

		{sentence: `curl https://api.billium.to/api/v1/merchants/merchant/$BILLIUM_MERCHANT_ID/invoices \ -H "x-api-key: sk_..."`, check: billiumSample},
		{sentence: "Every merchant-scoped endpoint lives under /api/v1/merchants/merchant/{merchantId}/..., so you always need both your API key and your merchant ID.", check: billiumMerchantPaths},
		{sentence: "When you pass a pk_* key, the SDK short-circuits any method that requires a secret key (invoices.cancel, webhooks.create, etc.) with a clear BilliumError instead of letting the request round-trip to a 403.", check: billiumPublicRoundTrip},

		{sentence: "Billium has 34 granular permissions grouped into 10 domains.", check: billiumCatalogue},
		{sentence: "Each permission gates a specific controller action — requests that exceed a key's (or a user's) permissions return 403 Forbidden.", check: billiumEachGates},
		{sentence: "| Merchant | merchant:view, merchant:edit, merchant:delete, merchant:billing |", check: billiumDomain("merchant", "view", "edit", "delete", "billing")},
		{sentence: "| Invoice | invoice:view, invoice:create, invoice:edit, invoice:delete |", check: billiumDomain("invoice", "view", "create", "edit", "delete")},
		{sentence: "| Product | product:view, product:create, product:edit, product:delete |", check: billiumDomain("product", "view", "create", "edit", "delete")},
		{sentence: "| Customer | customer:view, customer:edit, customer:delete |", check: billiumDomain("customer", "view", "edit", "delete")},
		{sentence: "| Team | team:view, team:invite, team:remove, team:manage_roles |", check: billiumDomain("team", "view", "invite", "remove", "manage_roles")},
		{sentence: "| API key | api_key:view, api_key:create, api_key:edit, api_key:delete |", check: billiumDomain("api_key", "view", "create", "edit", "delete")},
		{sentence: "| Webhook | webhook:view, webhook:create, webhook:edit, webhook:delete |", check: billiumDomain("webhook", "view", "create", "edit", "delete")},
		{sentence: "| Checkout | checkout:view, checkout:edit |", check: billiumDomain("checkout", "view", "edit")},
		{sentence: "| Wallet | wallet:view, wallet:create, wallet:edit, wallet:delete |", check: billiumDomain("wallet", "view", "create", "edit", "delete")},
		{sentence: "| Report | report:view |", check: billiumDomain("report", "view")},

		{sentence: "Dashboard users belong to a team for each merchant they can access, with one of four roles.", check: billiumFourRoles},
		{sentence: "The role determines the maximum set of permissions they can be granted:", check: billiumRoleIsMaximum},
		{sentence: "OWNER | 34 (all) | One per merchant. Can delete the merchant, manage billing, transfer ownership. |", check: billiumOwner},
		{sentence: "ADMIN | 32 | Everything except merchant:delete and merchant:billing. |", check: billiumAdmin},
		{sentence: "MEMBER | 15 | Read + create/edit on core resources (invoice, product, customer, wallet), view-only on team/keys/webhooks. No deletes. |", check: billiumMember},
		{sentence: "VIEWER | 10 | One *:view per domain. Read-only across the board. |", check: billiumViewer},

		{sentence: "A secret key inherits the permissions of the user that created it, capped by the key type's maximum.", check: billiumInherits},
		{sentence: "Public keys are hard-capped at the minimum surface needed to run a browser-side checkout:", check: billiumPublicCap},
		{sentence: "sk_ (secret) | Up to 34 (inherits the user's role cap) |", check: billiumSecretMaximum},
		{sentence: "pk_ (public) | Exactly 3: invoice:create, invoice:view, product:view |", check: billiumPublicMaximum},
		{sentence: "When you create a key, the dashboard lets you further narrow the set — e.g., a build server that only needs to create invoices can be issued an sk_ with just invoice:create, reducing blast radius if the key leaks.", check: billiumNarrow},

		{sentence: "Beyond per-user permissions, an OWNER can enforce team-wide security requirements (enforceTfa, enforcePasskey, enforceGoogleLogin, enforceGithubLogin, enforceEmailVerified).", check: billiumTeamSecurity},
		{sentence: "API-key requests are not subject to this check — only dashboard JWT sessions.", check: billiumKeysWithoutFactors},

		{sentence: "See Errors for the full envelope.", check: billiumEnvelope},
		{sentence: "401 Unauthorized | x-api-key header is missing, malformed, or the key is revoked |", check: billiumUnauthorized},
		{sentence: "403 Forbidden | Key is valid but lacks the required permission, or a pk_* key tried to reach an sk_*-only endpoint |", check: billiumForbidden},
		{sentence: "429 Too Many Requests | Key-scoped rate limit hit — see Rate limits |", check: billiumKeyScopedLimit, limits: true},
	}
	for i := range rows {
		rows[i].page = billiumPage
	}
	return rows
}
