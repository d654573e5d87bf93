package scan_test

import (
	"path/filepath"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
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
		{"live", key("corebill", "", all.corebill[:10], "live"), scan.PossiblyLive, report.High, 1},
		{"disabled", key("corebill", "", all.corebill[:10], "disabled"), scan.PossiblyDisabled, report.Medium, 1},
		{"revoked", key("corebill", "", all.corebill[:10], "revoked"), scan.PossiblyRevoked, report.Medium, 1},
		{"live outweighs revoked", key("corebill", "", all.corebill[:10], "revoked") + "," + key("corebill", "", all.corebill[:10], "live"), scan.PossiblyLive, report.High, 2},
		{"disabled outweighs revoked", key("corebill", "", all.corebill[:10], "disabled") + "," + key("corebill", "", all.corebill[:10], "revoked"), scan.PossiblyDisabled, report.Medium, 2},
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
			if f := got[0]; f.Status != test.status || f.Severity != test.severity || f.Candidates != test.matches || f.Key != nil {
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
	if public[0].Status != scan.PossiblyLive || public[0].Severity != report.Low {
		t.Errorf("%+v", public[0])
	}
}

// A fingerprint tells for certain, though other keys have the prefix.
func TestRecognize(t *testing.T) {
	all := newTokens(t)
	list := `[{"platform":"corebill","type":"","id":"key_twin","key_prefix":"` + all.corebill[:10] + `","status":"live","scope":null},
		{"platform":"corebill","type":"","id":"key_leaked","name":"ci","key_prefix":"` + all.corebill[:10] + `","status":"disabled","scope":null}]`
	known, err := scan.ReadKnown(write(t, filepath.Join(t.TempDir(), "keys.json"), list))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"key_leaked", "key_gone", ""} {
		got := read(t, all.corebill)
		err := scan.Recognize(got, func(fingerprint string) (string, string, error) {
			if fingerprint != client.NewSecret(all.corebill).Fingerprint() {
				t.Errorf("the fingerprint is %s", fingerprint)
			}
			return id, "keyward_corebill_api_key.ci", nil
		})
		if err != nil {
			t.Fatal(err)
		}
		scan.Match(got, known)
		want, severity := map[string]scan.Status{"key_leaked": scan.Disabled, "key_gone": scan.Unknown, "": scan.PossiblyLive}[id], report.High
		if id == "key_leaked" {
			severity = report.Medium
		}
		f := got[0]
		if f.Status != want || f.Severity != severity || (f.Key != nil) != (id != "") || f.Key != nil && (f.Key.ID != id || f.Key.Resource != "keyward_corebill_api_key.ci") {
			t.Errorf("%q: %+v, %+v", id, f, f.Key)
		}
	}
}
