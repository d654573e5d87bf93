package scan_test

import (
	"path/filepath"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/report"
	"github.com/keyward/terraform-provider-keyward/internal/scan"
)

// TestMatch compares prefixes, as a list of keys has them.
func TestMatch(t *testing.T) {
	all := newTokens(t)
	key := func(platform, keyType, prefix, status string) string {
		return `{"platform":"` + platform + `","type":"` + keyType + `","id":"key_` + status + `","key_prefix":"` + prefix + `","status":"` + status + `","scope":null}`
	}
	for _, test := range []struct {
		name, list string
		status     scan.Status
		severity   report.Severity
		matches    int
	}{
		{"none", ``, scan.Unknown, report.High, 0},
		{"live", key("corebill", "", all.corebill[:10], "live"), scan.Live, report.Critical, 1},
		{"disabled", key("corebill", "", all.corebill[:10], "disabled"), scan.Disabled, report.Medium, 1},
		{"revoked", key("corebill", "", all.corebill[:10], "revoked"), scan.Revoked, report.Low, 1},
		{"live outweighs revoked", key("corebill", "", all.corebill[:10], "revoked") + "," + key("corebill", "", all.corebill[:10], "live"), scan.Live, report.Critical, 2},
		{"disabled outweighs revoked", key("corebill", "", all.corebill[:10], "disabled") + "," + key("corebill", "", all.corebill[:10], "revoked"), scan.Disabled, report.Medium, 2},
		{"another prefix", key("corebill", "", "sk_live_--", "live"), scan.Unknown, report.High, 0},
		{"another kind", key("billium", "SECRET", all.corebill[:10], "live"), scan.Unknown, report.High, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			known, err := scan.ReadKnown(write(t, filepath.Join(t.TempDir(), "keys.json"), "["+test.list+"]"))
			if err != nil {
				t.Fatal(err)
			}
			got := read(t, all.corebill)
			scan.Match(got, known)
			if f := got[0]; f.Status != test.status || f.Severity != test.severity || len(f.Matches) != test.matches {
				t.Errorf("%+v", f)
			}
			mustNotShow(t, all, got, known)
		})
	}
	public := read(t, all.public)
	known, err := scan.ReadKnown(write(t, filepath.Join(t.TempDir(), "keys.json"), "["+key("billium", "PUBLIC", all.public[:16], "live")+"]"))
	if err != nil {
		t.Fatal(err)
	}
	scan.Match(public, known)
	if public[0].Status != scan.Live || public[0].Severity != report.Low {
		t.Errorf("%+v", public[0])
	}
}
