package importer_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/importer"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// start starts a sandbox whose clock stands still.
func start(t *testing.T) *sandboxtest.Sandbox {
	t.Helper()
	return sandboxtest.Start(t, sandboxtest.WithClock(func() time.Time { return time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC) }))
}

// fill makes something of each kind, and of each kind that is left out.
func fill(t *testing.T, s *sandboxtest.Sandbox) {
	t.Helper()
	admin, owner := s.Credentials.Corebill.APIKey, s.Credentials.Billium.APIKey
	first, second := "?company_id="+s.Credentials.Corebill.CompanyID, "?company_id="+s.SecondCompanyID
	for _, c := range []struct {
		path string
		body map[string]any
	}{
		{"/api_keys" + first, map[string]any{"name": "reporting", "permission_level": "read"}},
		{"/api_keys" + second, map[string]any{"name": "Reporting", "permission_level": "write"}},
		{"/api_keys" + first, map[string]any{"name": "Büro \"${x}\" %{y}", "permission_level": "admin", "company_id": nil}},
		{"/api_keys" + first, map[string]any{"name": "42", "permission_level": "read"}},
		{"/api_keys" + first, map[string]any{"name": "asks (rotate)", "permission_level": "read"}},
		{"/webhooks" + first, map[string]any{"url": "https://hooks.example.com/in", "events": []string{"invoice.paid"}}},
		{"/webhooks" + second, map[string]any{"url": "https://hooks.example.com/in", "events": []string{"invoice.paid", "invoice.sent"}, "enabled": false}},
	} {
		s.CallCorebill(t, admin, "POST", c.path, c.body).Want(t, 201)
	}
	set := s.CallBillium(t, owner, "POST", "/permission-sets", map[string]any{
		"name": "storefront", "description": "What a shop needs", "permissions": []string{"product:view", "invoice:view", "invoice:create"},
	}).Want(t, 201).Text(t, "id")
	for _, c := range []struct {
		path string
		body map[string]any
	}{
		{"/api-keys", map[string]any{"name": "shop", "permissionSetId": set}},
		{"/api-keys", map[string]any{"name": "browser", "type": "PUBLIC"}},
		{"/api-keys", map[string]any{"name": "nightly", "permissions": []string{"report:view", "invoice:view"}}},
		{"/api-keys", map[string]any{"name": "weekly", "permissions": []string{"invoice:view", "report:view"}}},
		{"/api-keys", map[string]any{"name": "catalogue", "permissions": []string{"product:view", "product:edit", "product:create", "product:delete", "report:view"}}},
		{"/team/invitations", map[string]any{"email": "ana@example.com", "role": "ADMIN"}},
		{"/team/invitations", map[string]any{"email": "ana@example.org", "role": "VIEWER", "permissions": []string{"invoice:view"}}},
		{"/webhooks", map[string]any{"url": "https://example.com/billium", "events": []string{"invoice.*"}}},
		{"/webhooks", map[string]any{"url": "https://example.com/other", "events": []string{"payment.paid"}, "description": "Other", "isActive": false, "retryCount": 5, "timeout": 1000}},
	} {
		s.CallBillium(t, owner, "POST", c.path, c.body).Want(t, 201)
	}
	s.AcceptInvitation(t, "ana@example.org")
	for _, k := range s.BilliumKeys(t) {
		if k.Name == "weekly" {
			s.DisableKey(t, k.ID)
		}
	}
}

func access(t *testing.T, s *sandboxtest.Sandbox, changed ...string) *inventory.Accounts {
	t.Helper()
	c, b := s.Credentials.Corebill, s.Credentials.Billium
	env := map[string]string{
		"COREBILL_API_KEY": c.APIKey, "COREBILL_BASE_URL": c.BaseURL, "BILLIUM_API_KEY": b.APIKey, "BILLIUM_MERCHANT_ID": b.MerchantID, "BILLIUM_BASE_URL": b.BaseURL,
	}
	for i := 0; i < len(changed); i += 2 {
		env[changed[i]] = changed[i+1]
	}
	got, err := inventory.Load("", func(name string) string { return env[name] }, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// text is a whole configuration without what is another each time.
func text(t *testing.T, s *sandboxtest.Sandbox, result *importer.Result) string {
	t.Helper()
	var b strings.Builder
	for _, file := range result.Files {
		if formatted := hclwrite.Format(file.Content); string(formatted) != string(file.Content) {
			t.Errorf("%s is not formatted", file.Name)
		}
		fmt.Fprintf(&b, "### %s\n%s", file.Name, file.Content)
	}
	ids, numbers := map[string]string{}, map[string]int{}
	stable := regexp.MustCompile(`\b(com|wh|key|mer|pset|tm|invite)_([0-9a-f]{32}|[0-9a-z]{12})\b`).ReplaceAllStringFunc(b.String(), func(id string) string {
		if ids[id] == "" {
			kind, unique, _ := strings.Cut(id, "_")
			numbers[kind]++
			ids[id] = fmt.Sprintf("%s_%0*d", kind, len(unique), numbers[kind])
		}
		return ids[id]
	})
	return regexp.MustCompile(`[sp]k_[0-9A-Za-z_]+…`).ReplaceAllString(strings.ReplaceAll(stable, s.URL, "http://127.0.0.1:1"), "sk_…")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew):\n%s", file, got)
	}
}

func TestRun(t *testing.T) {
	s := start(t)
	fill(t, s)
	var said []string
	result, err := importer.Run(t.Context(), access(t, s), importer.Options{Progress: func(what string) { said = append(said, what) }})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "account.tf", text(t, s, result))
	if len(said) == 0 || result.LeftOut != 4 {
		t.Errorf("progress %q, %d left out", said, result.LeftOut)
	}
	again, err := importer.Run(t.Context(), access(t, s), importer.Options{})
	if err != nil || text(t, s, again) != text(t, s, result) {
		t.Errorf("the same account gives another text: %v", err)
	}
	sets, err := importer.Run(t.Context(), access(t, s), importer.Options{ProposeSets: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range sets.Files {
		if file.Name == "billium.tf" {
			golden(t, "sets.tf", text(t, s, &importer.Result{Files: []importer.File{file}}))
		}
	}
}

// A credential that may read little gets that little, and a comment for the rest.
func TestRunWithLesserCredentials(t *testing.T) {
	s := start(t)
	fill(t, s)
	lesser := s.BilliumKeyAs(t, "OWNER", "api_key:view")
	company := s.CorebillKey(t, s.SecondCompanyID, "read")
	result, err := importer.Run(t.Context(), access(t, s, "BILLIUM_API_KEY", lesser, "COREBILL_API_KEY", company), importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := text(t, s, result)
	for _, want := range []string{
		"# The merchant mer_", "the credential may not read it: Missing permission: merchant:view.", "# The team's members: the credential may not read it: Missing permission: team:view.",
		`"keyward_corebill_company" "second_studio"`, `"keyward_corebill_api_key" "reporting"`, `permission_set_id = keyward_billium_permission_set.storefront.id`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "my_agency") {
		t.Error("it has a company that the key doesn't reach")
	}
	if _, err := importer.Run(t.Context(), access(t, s, "BILLIUM_API_KEY", "sk_"+strings.Repeat("0", 96)), importer.Options{}); err == nil || !strings.Contains(err.Error(), `reading the account "billium": Billium: GET`) {
		t.Errorf("a refused credential: %v", err)
	}
}

// Several accounts of a platform have a provider each.
func TestRunWithManyAccounts(t *testing.T) {
	s := start(t)
	one := access(t, s)
	many := &inventory.Accounts{Corebill: append(one.Corebill, one.Corebill...), Billium: one.Billium}
	many.Corebill[0].Name, many.Corebill[0].CompanyIDs = "Agency One", []string{s.SecondCompanyID}
	many.Corebill[1].Name = "agency two"
	result, err := importer.Run(t.Context(), many, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "many.tf", text(t, s, result))
}

// Keys that are not finished, or for one run alone, are left out, whatever their age.
func TestRunLeavesOutProvisionalAndEphemeralKeys(t *testing.T) {
	s := start(t)
	company := "?company_id=" + s.Credentials.Corebill.CompanyID
	pending := provisional.New("com_1", "ci", "NONCE")
	ephemeral := provisional.Ephemeral{Name: "ci", Until: time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)}.String()
	for _, name := range []string{pending, ephemeral} {
		s.CallCorebill(t, s.Credentials.Corebill.APIKey, "POST", "/api_keys"+company, map[string]any{"name": name, "permission_level": "read"}).Want(t, 201)
		s.CallBillium(t, s.Credentials.Billium.APIKey, "POST", "/api-keys", map[string]any{"name": name, "permissions": []string{"invoice:view"}}).Want(t, 201)
	}
	result, err := importer.Run(t.Context(), access(t, s), importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := text(t, s, result)
	for _, platform := range []string{"Corebill", "Billium"} {
		for name, why := range map[string]string{pending: "its name is provisional: its creation is under way, or was never finished", ephemeral: "it is an ephemeral key, for one run alone"} {
			if !regexp.MustCompile(regexp.QuoteMeta(fmt.Sprintf("# The %s key %q (key_", platform, name)) + ".*" + regexp.QuoteMeta(why)).MatchString(got) {
				t.Errorf("it doesn't say why it leaves out the %s key %q:\n%s", platform, name, got)
			}
		}
	}
	if strings.Contains(got, "_api_key\" \"") || result.LeftOut != 7 { // with the OWNER and the credentials' own
		t.Errorf("%d are left out:\n%s", result.LeftOut, got)
	}
}

// What the provider would refuse is left out: a plan of the rest works.
func TestRunLeavesOutWhatCantBeDeclared(t *testing.T) {
	s := start(t)
	company := "?company_id=" + s.Credentials.Corebill.CompanyID
	for _, name := range []string{"trailing ", "two\nlines", "\x1b[31mred", "rtl \u202eevil"} {
		s.CallCorebill(t, s.Credentials.Corebill.APIKey, "POST", "/api_keys"+company, map[string]any{"name": name, "permission_level": "read"}).Want(t, 201)
	}
	for path, body := range map[string]map[string]any{
		"/api-keys":        {"name": "a\tb", "permissions": []string{"invoice:view"}},
		"/permission-sets": {"name": "set", "description": " indented", "permissions": []string{"invoice:view"}},
	} {
		s.CallBillium(t, s.Credentials.Billium.APIKey, "POST", path, body).Want(t, 201)
	}
	pending := provisional.New(s.Credentials.Billium.MerchantID, "shop", "NONCE")
	s.CallBillium(t, s.Credentials.Billium.APIKey, "POST", "/permission-sets", map[string]any{"name": pending, "permissions": []string{"invoice:view"}}).Want(t, 201)
	result, err := importer.Run(t.Context(), access(t, s), importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := text(t, s, result)
	for _, want := range []string{
		"The permission set " + pending + " (pset_", "its creation is not finished", `# The keyward_corebill_api_key key_`, `the name "trailing " starts or ends with a space or a line break, which the provider refuses; change it on the platform, then import it.`,
		`the name "two\nlines" has`, `the name "\x1b[31mred" has`, `the name "rtl \u202eevil" has`, `the name "a\tb" has`, `the description " indented" starts`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, `"keyward_corebill_api_key" "`) || strings.Contains(got, `"keyward_billium_permission_set" "`) {
		t.Error("what can't be declared is declared:\n" + got)
	}
}

// What audit proposes to import is what import imports: the same addresses and import
// ids, of organization keys, too, of names with other letters than a to z, and of names
// that several objects have. Neither imports the keys that are in use, nor what can't be
// managed.
func TestAuditImportsTheSame(t *testing.T) {
	s := start(t)
	fill(t, s)
	accounts := access(t, s)
	result, err := importer.Run(t.Context(), accounts, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	imports := string(result.Files[len(result.Files)-1].Content)
	report, err := audit.Run(t.Context(), audit.Options{
		States: []string{"state.json"}, Content: func(string) ([]byte, error) { return []byte(`{"format_version":"1.0","values":{}}`), nil },
		Access: accounts, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	keys := 0
	for _, f := range report.Findings {
		block := f.Remedy.Code
		switch {
		case f.Rule != "undeclared":
		case f.Object.Name == "Sandbox bootstrap" || f.Object.Name == "asks (rotate)":
			if block != "" || f.Remedy.Text == "" {
				t.Errorf("%s, which can't be managed: %s\n%s", f.Object.Label(), f.Remedy.Text, block)
			}
		case block == "" || !strings.Contains(imports, "\n"+block+"\n"):
			t.Errorf("audit imports %s by\n%s\nwhich keyward import does not:\n%s", f.Object.Label(), block, imports)
		case f.Object.Kind == inventory.KindKey:
			keys++
		}
	}
	if keys != 9 || !strings.Contains(imports, `id = "organization/key_`) {
		t.Errorf("%d keys:\n%s", keys, imports)
	}
}
