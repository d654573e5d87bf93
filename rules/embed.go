// Package rules holds the gitleaks rules for Corebill's and Billium's tokens.
package rules

import _ "embed"

// Gitleaks is the rule file, which gitleaks reads as it is.
//
//go:embed gitleaks.toml
var Gitleaks string
