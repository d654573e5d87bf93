package audit_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// TestEveryFindingOnce audits an account that has each kind of finding once.
func TestEveryFindingOnce(t *testing.T) {
	w := newWorld(t)
	w.everything()
	r := w.audit()
	got := map[string]string{}
	for _, f := range r.Findings {
		if before, twice := got[f.Rule]; twice {
			t.Errorf("%s was found twice: of %s and of %s", f.Rule, before, f.Object.Name)
		}
		got[f.Rule] = f.Object.Name
		checkFinding(t, f)
	}
	want := map[string]string{
		"undeclared": "Forgotten", "gone": "Ghost", "different": "https://ok.example.com/drift",
		"broader-than-used": "Sync", "never-used": "Idle", "unused": "Asleep",
		"too-old": "Old", "rotation-overdue": "Nightly", "previous-overdue": "Rotated",
		"orphaned": pendingName, "expired": expiredName, "duplicate-name": "Twin", "token-in-state": "Open", "admin-key": "Janitor", "organization-key": "Auditor", "public-key": "Shop",
		"too-many-admins": "Keyward Sandbox", "stale-invitation": "late@example.com", "foreign-member": "eve@elsewhere.test",
		"weak-team-security": "Keyward Sandbox", "webhook-disabled": "https://ok.example.com/off",
		"webhook-failing": "https://down.example.com/hook", "webhook-plain-http": "http://ok.example.com/plain",
	}
	want["too-many-admins"], want["weak-team-security"] = w.merchantName, w.merchantName
	for _, rule := range slices.Sorted(maps.Keys(want)) {
		if got[rule] != want[rule] {
			t.Errorf("%s: found of %q, want %q", rule, got[rule], want[rule])
		}
	}
	for rule, name := range got {
		if want[rule] == "" {
			t.Errorf("%s was found of %q", rule, name)
		}
	}
	if len(want) != len(audit.Rules()) {
		t.Errorf("there are %d rules, and %d are tested", len(audit.Rules()), len(want))
	}
	if len(r.Made.Gaps) > 0 {
		t.Errorf("gaps: %+v", r.Made.Gaps)
	}
}

// TestEvidenceAndRemedy checks what the findings of the same account say.
func TestEvidenceAndRemedy(t *testing.T) {
	w := newWorld(t)
	w.everything()
	r := w.audit()
	for rule, want := range map[string]struct {
		severity       audit.Severity
		evidence, code string
	}{
		"undeclared":         {audit.High, "It was last used 2026-05-12 12:00 UTC, lately from 127.0.0.1", "to = keyward_corebill_api_key.forgotten\n  id = \"" + w.first() + "/key_"},
		"gone":               {audit.High, "It was revoked 2026-05-12 12:00 UTC.", "terraform plan -target=keyward_corebill_api_key.ghost_"},
		"different":          {audit.Medium, "state.json: keyward_billium_webhook.", "terraform plan -target=keyward_billium_webhook."},
		"broader-than-used":  {audit.Medium, "The most that it did takes the level read.", `permission_level = "read"`},
		"unused":             {audit.Medium, "It was last used 2026-02-01 12:00 UTC.", "keyward keys revoke key_"},
		"too-old":            {audit.Medium, "It was created 2025-04-27 12:00 UTC", `rotate_after = "8760h"`},
		"rotation-overdue":   {audit.Medium, "its rotation was due 2026-05-29 12:00 UTC.", "terraform apply -target=keyward_corebill_api_key.nightly_"},
		"previous-overdue":   {audit.High, "It is live.", "keyward keys prune"},
		"orphaned":           {audit.Low, "It has never been used.", "keyward keys prune"},
		"expired":            {audit.Medium, "It was created 2026-05-12 12:00 UTC", "keyward keys prune"},
		"duplicate-name":     {audit.Low, "declared at ", "keyward keys revoke key_"},
		"token-in-state":     {audit.Medium, "The attribute token is set at ", "token_encryption = {"},
		"admin-key":          {audit.Medium, "Its level is admin.", `permission_level = "write"`},
		"organization-key":   {audit.Medium, "in every company of the organization.", `company_id = "com_…"`},
		"public-key":         {audit.Medium, "1 request of it was refused with 403", "keyward logs --key key_"},
		"too-many-admins":    {audit.Medium, "They are ann@example.com, bob@example.com.", `role = "MEMBER"`},
		"stale-invitation":   {audit.Low, "offers the role VIEWER", "terraform destroy -target=keyward_billium_team_member."},
		"foreign-member":     {audit.High, "The role is VIEWER.", "terraform destroy -target=keyward_billium_team_member."},
		"weak-team-security": {audit.Medium, "does not enforce tfa, email_verified.", "enforce_tfa = true\nenforce_email_verified = true"},
		"webhook-disabled":   {audit.Low, "is_active = false", "is_active = true"},
		"webhook-failing":    {audit.Medium, "the endpoint answered with 500.", ""},
		"webhook-plain-http": {audit.High, "Its URL is http://ok.example.com/plain.", `url = "https://ok.example.com/plain"`},
		"never-used":         {audit.Low, "its token begins with sk_live_", "keyward keys revoke key_"},
	} {
		i := slices.IndexFunc(r.Findings, func(f audit.Finding) bool { return f.Rule == rule })
		if i < 0 {
			t.Errorf("%s was not found", rule)
			continue
		}
		f := r.Findings[i]
		if evidence := strings.Join(f.Evidence, "\n"); f.Severity != want.severity || !strings.Contains(evidence, want.evidence) || !strings.Contains(f.Remedy.Code, want.code) {
			t.Errorf("%s is %s, its evidence is\n%s\nand its remedy\n%s", rule, f.Severity, evidence, f.Remedy.Code)
		}
	}
}

// checkFinding checks what every finding must have.
func checkFinding(t *testing.T, f audit.Finding) {
	t.Helper()
	if f.ID != f.Rule+"/"+f.Object.ID || f.Title == "" || len(f.Evidence) == 0 || f.Remedy.Text == "" {
		t.Errorf("it lacks something: %+v", f)
	}
	if (f.Remedy.Code == "") != (f.Remedy.Language == "") {
		t.Errorf("the code of the remedy has no language: %+v", f.Remedy)
	}
	for _, text := range append(f.Evidence, f.Title, f.Remedy.Text) {
		if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, f.Object.ID) && f.Rule != "duplicate-name" {
			t.Errorf("%s: not a sentence: %q", f.Rule, text)
		}
	}
}

// TestCleanAccount audits an account in which all is as it should be.
func TestCleanAccount(t *testing.T) {
	w := newWorld(t)
	w.clean()
	r := w.audit()
	for _, f := range r.Findings {
		t.Errorf("%s: %s %q", f.ID, f.Title, f.Evidence)
	}
	keys, hooks := count[*audit.Key](r), count[*inventory.Webhook](r)
	if len(r.Made.Gaps) > 0 || keys < 3 || hooks != 2 || r.Made.Rows == 0 {
		t.Errorf("%d keys, %d webhooks, %+v", keys, hooks, r.Made)
	}
}

func TestStableOrder(t *testing.T) {
	w := newWorld(t)
	w.everything()
	first, second := w.audit(), w.audit()
	for i := range first.Findings {
		if first.Findings[i].ID != second.Findings[i].ID {
			t.Fatalf("finding %d is %s first and %s then", i, first.Findings[i].ID, second.Findings[i].ID)
		}
	}
}

func TestBaseline(t *testing.T) {
	w := newWorld(t)
	w.everything()
	r := w.audit()
	baseline := audit.NewBaseline(r.Findings, nil)
	baseline.Accepted = append(baseline.Accepted, audit.Accepting{ID: "undeclared/key_gone"})
	yesterday, tomorrow := w.now.Add(-audit.Day), w.now.Add(audit.Day)
	baseline.Accepted[0].Until, baseline.Accepted[1].Until = &yesterday, &tomorrow
	w.baseline = &baseline
	r = w.audit()
	if open := r.Open(); len(open) != 1 || open[0].ID != baseline.Accepted[0].ID {
		t.Errorf("open are %+v", open)
	}
	if len(r.Unmatched) != 1 || r.Unmatched[0] != "undeclared/key_gone" {
		t.Errorf("unmatched are %v", r.Unmatched)
	}
	if counts := r.Count(); len(counts) != 1 || counts[r.Open()[0].Severity] != 1 {
		t.Errorf("the counts are %v", counts)
	}
	again := audit.NewBaseline(r.Findings, &baseline)
	if again.Accepted[1].Until != baseline.Accepted[1].Until {
		t.Error("writing the baseline again forgets what it said")
	}
}
