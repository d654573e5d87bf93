package provider_test

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// Bad input gets its own diagnostic, and the server is as it was before.
func TestBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	level := corebillConfig(`name = "x"
		permission_level = "read"`)
	reader := w.with("COREBILL_API_KEY", w.CorebillKey(t, w.Credentials.Corebill.CompanyID, corebill.Read))
	writer := w.with("COREBILL_API_KEY", w.CorebillKey(t, w.Credentials.Corebill.CompanyID, corebill.Write))
	viewer := w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Viewer))
	member := w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Owner, "api_key:create", "api_key:view", "invoice:view"))
	public := w.with("BILLIUM_API_KEY", w.BilliumPublicKey(t))
	unknownCorebill := w.with("COREBILL_API_KEY", "sk_live_"+strings.Repeat("0", 40))
	unknownBillium := w.with("BILLIUM_API_KEY", "sk_"+strings.Repeat("0", 96))

	cases := []struct {
		name   string
		world  *world
		config string
		want   string
	}{
		{"a level that doesn't exist", w, corebillConfig(`name = "x"
			permission_level = "owner"`), `"owner" is not a permission level: it must be one of read, write, admin.`},
		{"a level with a slip", w, corebillConfig(`name = "x"
			permission_level = "writ"`), `Did you mean "write"?`},
		{"an empty Corebill name", w, corebillConfig(`name = ""
			permission_level = "read"`), `Attribute name UTF-8 character count must be between 1 and 100`},
		{"a Corebill name that is too long", w, corebillConfig(`name = "` + strings.Repeat("n", 101) + `"
			permission_level = "read"`), `must be between 1 and 100`},
		{"a name that can't be printed", w, corebillConfig(`name = "a\u0000b"
			permission_level = "read"`), `has a character that can't be printed`},
		{"a name over two lines", w, billiumConfig(`name = "a\nb"`), `has a character that can't be printed`},
		{"a blank name", w, billiumConfig(`name = "   "`), `starts or ends with a space`},
		{"an age that is shorter than the overlap", w, corebillCase.config(`name = "x"
			rotation = { rotate_after = "12h" }`), `The key would be due again after 12h, while the previous key is still live for 24h`},
		{"an overlap that is not a duration", w, billiumCase.config(`name = "x"
			rotation = { overlap = "a day" }`), `time: invalid duration "a day"`},
		{"a negative overlap", w, billiumCase.config(`name = "x"
			rotation = { overlap = "-1h" }`), `must not be negative`},
		{"an age of nothing", w, billiumCase.config(`name = "x"
			rotation = { rotate_after = "0s" }`), `must be greater than zero`},
		{"an end of a wait that isn't one", w, corebillCase.config(`name = "x"
			rotation = { max_overlap = "48h" }`), `max_overlap ends the wait for quiet_period, which is not set`},
		{"a wait that ends before it begins", w, corebillCase.config(`name = "x"
			rotation = { quiet_period = "1h", max_overlap = "12h" }`), `max_overlap, 12h, is shorter than overlap, 24h`},
		{"a recipient that is none", w, billiumCase.config(`name = "x"
			token_encryption = { age_recipients = ["alice"] }`), `neither an age recipient (age1…) nor an SSH public key`},
		{"no recipients", w, billiumCase.config(`name = "x"
			token_encryption = { age_recipients = [] }`), `at least 1`},
		{"another answer to conflicts", w, billiumCase.config(`name = "x"
			on_conflict = "revoke"`), `value must be one of: ["error" "allow"]`},
		{"an organization key of a company", w, corebillConfig(`name = "x"
			permission_level = "read"
			organization = true
			company_id = "com_a1b2c3d4e5f6"`), `An organization key belongs to no company`},
		{"a company out of reach", w, corebillConfig(`name = "x"
			permission_level = "read"
			company_id = "com_a1b2c3d4e5f6"`), `The provider's key does not reach company "com_a1b2c3d4e5f6". It reaches: `},
		{"no company anywhere", w.with("COREBILL_COMPANY_ID", ""), level, `Set company_id here, corebill.company_id in the provider block or COREBILL_COMPANY_ID`},
		{"no Corebill credentials", w.with("COREBILL_API_KEY", ""), level, `Set corebill.api_key in the provider block, or the environment variable COREBILL_API_KEY.`},
		{"Corebill credentials that are refused", unknownCorebill, level, `401 Unauthorized: Invalid API key`},
		{"a Corebill key that may not create", reader, level, `it lacks the level admin`},
		{"a level above the provider's own", writer, corebillConfig(`name = "x"
			permission_level = "admin"`), `it lacks the level admin`},
		{"an organization key from a company's key", w.with("COREBILL_API_KEY", w.CorebillKey(t, w.Credentials.Corebill.CompanyID, corebill.Admin)), corebillConfig(`name = "x"
			permission_level = "read"
			organization = true`), `Insufficient permissions.`},
		{"plain http to a host elsewhere", w.with("COREBILL_BASE_URL", "http://api.example.com"), level, `https`},
		{"a base URL with its version", w.with("COREBILL_BASE_URL", "https://api.example.com/v1"), level, `/v1`},
		{"a permission that doesn't exist", w, billiumConfig(`name = "x"
			permissions = ["banana:peel"]`), `"banana:peel" is not a Billium permission`},
		{"a permission with a slip", w, billiumConfig(`name = "x"
			permissions = ["invoice:view", "invoice:craete"]`), `Did you mean "invoice:create"?`},
		{"a wildcard of no domain", w, billiumConfig(`name = "x"
			permissions = ["invoices:*"]`), `Did you mean "invoice:*"?`},
		{"an empty set of permissions", w, billiumConfig(`name = "x"
			permissions = []`), `set must contain at least 1 elements`},
		{"a set with a permission that is null", w, `resource "keyward_billium_permission_set" "x" {
			name = "x"
			permissions = ["invoice:view", null]
		}`, `This attribute contains a null value`},
		{"a member with a permission that is null", w, `resource "keyward_billium_team_member" "x" {
			email = "x@example.com"
			role = "ADMIN"
			permissions = [null]
		}`, `This attribute contains a null value`},
		{"an ephemeral key with a permission that is null", w, `ephemeral "keyward_billium_api_key" "x" {
			name = "x"
			permissions = [null]
		}`, `This attribute contains a null value`},
		{"a factor that is null", w, `resource "keyward_billium_merchant" "x" {
			enforce_passkey = true
			caller_factors = ["tfa", null]
		}`, `This attribute contains a null value`},
		{"a webhook event that is null", w, `resource "keyward_corebill_webhook" "x" {
			url = "https://example.com"
			events = ["invoice.paid", null]
		}`, `This attribute contains a null value`},
		{"a permission that is null", w, billiumConfig(`name = "x"
			permissions = ["invoice:view", null]`), `This attribute contains a null value`},
		{"a public key with a null", w, billiumConfig(`name = "x"
			type = "PUBLIC"
			permissions = [null]`), `This attribute contains a null value`},
		{"a permission known only later, and wrong", w, `resource "terraform_data" "later" { input = "banana:peel" }
			` + billiumConfig(`name = "x"
			permissions = [terraform_data.later.output]`), `"banana:peel" is not a Billium permission`},
		{"a permission known only later, and null", w, `resource "terraform_data" "later" { input = { none = null } }
			` + billiumConfig(`name = "x"
			permissions = [terraform_data.later.output.none]`), `null`},
		{"a key type that doesn't exist", w, billiumConfig(`name = "x"
			type = "public"`), `Did you mean "PUBLIC"?`},
		{"a public key beyond its three", w, billiumConfig(`name = "x"
			type = "PUBLIC"
			permissions = ["invoice:create", "invoice:view", "product:view", "invoice:delete"]`), `this one can't have invoice:delete`},
		{"a public key with a wildcard", w, billiumConfig(`name = "x"
			type = "PUBLIC"
			permissions = ["invoice:*", "product:view"]`), `this one can't have invoice:edit, invoice:delete`},
		{"a public key short of its three", w, billiumConfig(`name = "x"
			type = "PUBLIC"
			permissions = ["invoice:view"]`), `this one is missing invoice:create, product:view`},
		{"an empty Billium name", w, billiumConfig(`name = ""`), `must be between 1 and 100`},
		{"no Billium credentials at all", w.with("BILLIUM_API_KEY", "", "BILLIUM_MERCHANT_ID", ""), billiumConfig(`name = "x"`), `the environment variables BILLIUM_API_KEY and BILLIUM_MERCHANT_ID`},
		{"no merchant", w.with("BILLIUM_MERCHANT_ID", ""), billiumConfig(`name = "x"`), `Set billium.merchant_id in the provider block`},
		{"Billium credentials that are refused", unknownBillium, billiumConfig(`name = "x"`), `401 Unauthorized: Invalid API key`},
		{"Billium credentials with a line break", w.with("BILLIUM_API_KEY", "sk_abc\n"), billiumConfig(`name = "x"`), `character at position 7`},
		{"another merchant's credentials", w.with("BILLIUM_MERCHANT_ID", "mer_"+strings.Repeat("0", 32)), billiumConfig(`name = "x"`), `API key does not belong to this merchant`},
		{"a viewer who creates a key", viewer, billiumConfig(`name = "x"
			permissions = ["invoice:view"]`), `it lacks api_key:create, api_key:edit, api_key:delete`},
		{"more than the provider's key holds", member, billiumConfig(`name = "x"
			permissions = ["invoice:view", "report:view"]`), `does not hold: report:view. Ask for less`},
		{"a public key as the provider's", public, billiumConfig(`name = "x"`), `Public keys cannot access this endpoint`},
		{"a company looked up twice over", w, `data "keyward_corebill_company" "x" {
			id = "com_a1b2c3d4e5f6"
			slug = "my-agency"
		}`, `Exactly one of these attributes must be configured: [id,slug,name]`},
		{"a company that isn't there", w, `data "keyward_corebill_company" "x" { slug = "nowhere" }`, `No company has the slug "nowhere". The provider's key reaches`},
		{"an import id without a company", w, `import {
			to = ` + corebillKey + `
			id = "key_a1b2c3d4e5f6"
		}
		` + level, `the import id is written <company_id>/<id>`},
		{"an import of a key that isn't there", w, `import {
			to = ` + corebillKey + `
			id = "` + w.Credentials.Corebill.CompanyID + `/key_a1b2c3d4e5f6"
		}
		` + level, `Cannot import non-existent remote object`},
		{"an import from another merchant", w, `import {
			to = ` + billiumKey + `
			id = "mer_elsewhere/key_a1b2c3d4e5f6"
		}
		` + billiumConfig(`name = "x"`), `the provider is configured for`},
	}
	corebillBefore, billiumBefore := len(w.CorebillKeys(t)), len(w.BilliumKeys(t))
	unchanged := func() error {
		return all(
			exactly(corebillBefore, len(w.CorebillKeys(t)), "Corebill keys"),
			exactly(billiumBefore, len(w.BilliumKeys(t)), "Billium keys"),
		)
	}
	var mistakes []mistake
	var alone []refusal
	for _, c := range cases {
		bad := mistake{c.name, c.config, says(c.want)}
		if c.world == w && !strings.Contains(c.config, "import {") && !strings.Contains(c.config, "terraform_data") {
			mistakes = append(mistakes, bad)
			continue
		}
		alone = append(alone, refusal{bad, c.world})
	}
	refusesEach(t, alone, unchanged)
	w.refusesAll(t, mistakes)
	if err := unchanged(); err != nil {
		t.Error("the server was changed: ", err)
	}
}

// mistake is a configuration of one block that is to be refused.
type mistake struct {
	name, config string
	want         *regexp.Regexp
}

var (
	blockLabel = regexp.MustCompile(`(?m)^\s*(resource|data|ephemeral) "(\w+)" "(\w+)"`)
	newError   = regexp.MustCompile(`(?m)^Error: `)
)

// labelled gives the blocks of a configuration labels of their own.
func (m mistake) labelled(i int) string {
	return blockLabel.ReplaceAllString(m.config, fmt.Sprintf(`$1 "$2" "${3}_row%d"`, i))
}

// refusesAll fails unless each of the mistakes is told, with its block. All are in one
// configuration; what only a plan finds is told once all that a validation finds is gone.
func (w *world) refusesAll(t *testing.T, mistakes []mistake) {
	t.Helper()
	for len(mistakes) > 0 {
		var config strings.Builder
		for i, m := range mistakes {
			config.WriteString(m.labelled(i) + "\n")
		}
		var told []string
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: w.providers(),
			Steps:                    []resource.TestStep{{Config: config.String()}},
			ErrorCheck: func(err error) error {
				told = newError.Split(err.Error(), -1)
				return nil
			},
		})
		var left []mistake
		for i, m := range mistakes {
			block := fmt.Sprintf(`_row%d"`, i)
			if !slices.ContainsFunc(told, func(text string) bool {
				return (strings.Contains(text, block) || !strings.Contains(text, "_row")) && m.want.MatchString(text)
			}) {
				left = append(left, m)
			}
		}
		if len(left) == len(mistakes) {
			for _, m := range left {
				t.Errorf("%s: nothing says %q", m.name, m.want)
			}
			t.Fatal(strings.Join(told, "\nError: "))
		}
		mistakes = left
	}
}

// refusal is a configuration that is refused in a world of its own.
type refusal struct {
	mistake

	world *world
}

// refusesEach fails unless each of the configurations is refused, one after the other:
// for those that can't be one configuration, as their worlds differ, or as they are refused
// by a plan or an apply. After each, unchanged tells whether the server is as before.
func refusesEach(t *testing.T, rows []refusal, unchanged func() error) {
	t.Helper()
	var running *refusal
	wantRefused := func() {
		if running != nil {
			t.Errorf("%s: it was not refused", running.name)
		}
	}
	steps := make([]resource.TestStep, len(rows))
	for i, row := range rows {
		steps[i] = resource.TestStep{Config: row.config, PreConfig: func() {
			wantRefused()
			running = &row
		}}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"keyward": func() (tfprotov6.ProviderServer, error) {
				return cmp.Or(running, &rows[0]).world.providers()["keyward"]()
			},
		},
		Steps: steps,
		ErrorCheck: func(err error) error {
			if !running.want.MatchString(err.Error()) {
				t.Errorf("%s: nothing says %q: %v", running.name, running.want, err)
			}
			if err := unchanged(); err != nil {
				t.Errorf("%s: the server was changed: %v", running.name, err)
			}
			running = nil
			return nil
		},
	})
	wantRefused()
}
