// Package e2e tests the two binaries as a user runs them: a real sandbox
// process, the real terraform, the provider as its plugin.
package e2e
