// Package audit answers who can do what on both platforms, and whether that is
// what was declared.
//
// It builds one inventory from what is declared (states and plans, as
// `terraform show -json` writes them), what is live (the platforms' APIs) and
// what is used (their api_logs), and holds rules against it. Each rule's breach
// is a Finding. The rules are pure: they see the inventory, a policy and a time.
package audit
