package seedtest

// Why a sentence has no check.
const (
	titleOnly  = "says what the page is about and nothing of the platform"
	dashboard  = "describes the dashboard's screens; the API has no part in it"
	sdk        = "describes the platform's SDK; its requests are the ones that the other rows send"
	advice     = "advises the reader; no server can tell whether it is followed"
	aboutToday = "describes what the platform hosts; a local server is the very thing that it lacks"
	onSessions = "is about dashboard sessions; there is no dashboard, so no one has one"
)

// uncheckedSentences are the sentences that no server can show.
var uncheckedSentences = []unchecked{
	{corebillPage, "Learn how to authenticate with the Corebill API using API keys.", titleOnly},
	{corebillPage, "API keys can be generated from the Corebill dashboard under Organization > Developers.", dashboard},
	{corebillPage, "The SDK handles authentication automatically.", sdk},
	{corebillPage, "Pass your API key when initializing the client:", sdk},
	{corebillPage, "import Corebill from '@corebill/sdk';23const corebill = new Corebill({4 apiKey: 'sk_live_your_api_key',5 companyId: 'com_abc123', // optional, sets the default company6});78// All subsequent calls are authenticated9const { data: customers } = await corebill.customers.list();", sdk},
	{corebillPage, "Choose the lowest level that lets your integration work.", advice},
	{corebillPage, "Most production integrations only need write.", advice},
	{corebillPage, "API keys are created from the dashboard:", dashboard},
	{corebillPage, "Sign in to app.corebill.io", dashboard},
	{corebillPage, "Go to Developers > API Keys", dashboard},
	{corebillPage, "Click New API Key", dashboard},
	{corebillPage, "Treat keys like passwords.", advice},
	{corebillPage, "Never commit them to source control, share them in chat, or paste them into client-side code.", advice},
	{corebillPage, "Use environment variables and a secrets manager.", advice},
	{corebillPage, "When a key is compromised or no longer needed, revoke it from the dashboard.", advice},
	{corebillPage, "Use this in the dashboard to spot keys that aren't being used and revoke them.", advice},
	{corebillPage, "You can review the logs from the Developers > Events section of the dashboard.", dashboard},
	{corebillPage, "Store API keys in environment variables, never in source code", advice},
	{corebillPage, "Use the minimum permission level required for your integration", advice},
	{corebillPage, "Rotate keys periodically from the dashboard", advice},
	{corebillPage, "Use separate keys for development and production environments", advice},

	{billiumPage, "How to authenticate requests to the Billium REST API using API keys.", titleOnly},
	{billiumPage, "There is no sandbox environment.", aboutToday},
	{billiumPage, "Every API key hits production.", aboutToday},
	{billiumPage, "For local development, run your own backend (backend/ in the Billium monorepo) and expose your webhook endpoint with ngrok or a similar tunnel.", advice},
	{billiumPage, "A hosted sandbox is on the roadmap but not yet available.", aboutToday},
	{billiumPage, "Never commit a secret key.", advice},
	{billiumPage, "Store it in a secrets manager or an environment variable, and rotate immediately if it leaks.", advice},
	{billiumPage, "Log in to the Billium dashboard.", dashboard},
	{billiumPage, "Go to Settings → Developer → API keys.", dashboard},
	{billiumPage, "import { Billium } from '@billium/node'; const billium = new Billium({ apiKey: process.env.BILLIUM_API_KEY, merchantId: process.env.BILLIUM_MERCHANT_ID, }); const invoice = await billium.invoices.create({ /* ... */ });", sdk},
	{billiumPage, "If an authenticated user hits an endpoint while missing a required factor, the request returns 403 with error code SECURITY_REQUIREMENT_NOT_MET and a missing[] array listing which factors to enable.", onSessions},
	{billiumPage, "Store keys in environment variables or a secrets manager, never in source code.", advice},
	{billiumPage, "Create one key per integration — it makes rotation painless.", advice},
	{billiumPage, "Use public keys ( pk_*) for anything that ships to an untrusted client.", advice},
	{billiumPage, "Revoke immediately from the dashboard if a key is exposed.", advice},
}
