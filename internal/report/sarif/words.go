package sarif

import (
	"net/url"
	"path/filepath"

	"github.com/keyward/terraform-provider-keyward/internal/report"
)

// level is SARIF's word for a severity.
func level(s report.Severity) string {
	switch s {
	case report.Critical, report.High:
		return "error"
	case report.Medium:
		return "warning"
	default:
		return "note"
	}
}

// score is what GitHub sorts by: from 0.0 to 10.0 as in CVSS.
func score(s report.Severity) string {
	switch s {
	case report.Critical:
		return "9.5"
	case report.High:
		return "8.0"
	case report.Medium:
		return "5.5"
	case report.Low:
		return "3.0"
	default:
		return "0.0"
	}
}

// uri is a path as SARIF wants it: relative ones with slashes and escaped,
// absolute ones as file URIs.
func uri(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
	}
	return u.String()
}
