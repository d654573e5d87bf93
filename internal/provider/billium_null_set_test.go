package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// later is what a plan doesn't know yet; the other two refer to it and turn out to
// be null.
const (
	later = `resource "terraform_data" "later" { input = "later" }
	`
	nullSet         = "permission_set_id = terraform_data.later.output == \"later\" ? null : \"pset_0a1b2c3d4e5f60718293a4b5c6d7e8f9\"\n"
	nullPermissions = "permissions = terraform_data.later.output == \"later\" ? null : [\"invoice:view\"]\n"
)

// What turns out to be null never gives everything: nothing is created then.
func TestBilliumNullPermissionsCreateNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	keys := len(w.BilliumKeys(t))
	var tracks []track
	for label, c := range map[string]struct{ config, want string }{
		"set_of_key":            {billiumConfig("name = \"set\"\n" + nullSet), `.permissions_from: was cty.StringVal("permission_set_id"), but now cty.StringVal("creator")`},
		"permissions_of_key":    {billiumConfig("name = \"permissions\"\n" + nullPermissions), `.permissions_from: was cty.StringVal("permissions"), but now cty.StringVal("creator")`},
		"set_of_member":         {memberConfig("email = \"ana@example.com\"\nrole = \"ADMIN\"\n" + nullSet), `.permissions_from: was cty.StringVal("permission_set_id"), but now cty.StringVal("role")`},
		"permissions_of_member": {memberConfig("email = \"bo@example.com\"\nrole = \"ADMIN\"\n" + nullPermissions), `.permissions_from: was cty.StringVal("permissions"), but now cty.StringVal("role")`},
	} {
		config := strings.Replace(c.config, `"test"`, `"`+label+`"`, 1)
		if len(tracks) == 0 {
			config = later + config
		}
		tracks = append(tracks, track{about: "." + label, steps: []resource.TestStep{{Config: config, ExpectError: says(c.want)}}})
	}
	w.runTogether(t, tracks...)
	if err := all(exactly(keys, len(w.BilliumKeys(t)), "keys"), exactly(0, len(w.Invitations(t)), "invitations")); err != nil {
		t.Error(err)
	}
}

// Nor does it widen what is there.
func TestBilliumNullPermissionsChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const narrow, email = "permissions = [\"invoice:view\"]\n", "ana@example.com"
	member := func(rest string) string {
		return memberConfig("email = \"" + email + "\"\nrole = \"ADMIN\"\n" + rest)
	}
	key := func(rest string) string { return billiumConfig("name = \"holder\"\n" + rest) }
	w.runTogether(t,
		track{about: teamMember, steps: []resource.TestStep{
			{Config: member(narrow)},
			{PreConfig: func() { w.AcceptInvitation(t, email) }, Config: member(narrow), ConfigStateChecks: []statecheck.StateCheck{
				known(teamMember, "permissions_from", knownvalue.StringExact("permissions")),
			}},
			{Config: later + member(nullSet), ExpectError: says(`.permissions_from: was cty.StringVal("permission_set_id"), but now cty.StringVal("role")`)},
			{Config: member(narrow), ConfigStateChecks: []statecheck.StateCheck{w.serverMember(t, email, billium.Administrator, 1)}},
		}},
		track{about: billiumKey, steps: []resource.TestStep{
			{Config: key(narrow)},
			{Config: key(narrow)},
			{Config: key(nullSet), ExpectError: says(`.permissions_from: was cty.StringVal("permission_set_id"), but now cty.StringVal("permissions")`)},
			{Config: key(narrow), ConfigStateChecks: []statecheck.StateCheck{known(billiumKey, "effective_permissions", setOf("invoice:view"))}},
		}},
	)
}

// The plan warns of a set that may turn out to be null, and of a key that
// inherits, at permission_set_id.
func TestBilliumImpliedPermissionsAreWarnedOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name, email, role := text("holder"), text("ana@example.com"), text("ADMIN")
	three := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{text("invoice:view")})
	for _, c := range []struct {
		name, resource string
		set            values
		want           string
	}{
		{"a key that inherits", "keyward_billium_api_key", values{"name": name}, "Permissions are implied"},
		{"a key of what is declared", "keyward_billium_api_key", values{"name": name, "permissions": three}, ""},
		{"a public key", "keyward_billium_api_key", values{"name": name, "type": text("PUBLIC")}, ""},
		{"a key of a set that isn't known", "keyward_billium_api_key", values{"name": name, "permission_set_id": unknownText}, "The permission set may turn out to be null"},
		{"a member of a set that isn't known", "keyward_billium_team_member", values{"email": email, "role": role, "permission_set_id": unknownText}, "The permission set may turn out to be null"},
	} {
		t.Run(c.name, func(t *testing.T) {
			diags := w.protocol(t).planCreate(t, c.resource, c.set)
			if c.want == "" {
				wantNone(t, diags)
				return
			}
			wantOne(t, diags, tfprotov6.DiagnosticSeverityWarning, c.want)
			if at := tftypes.NewAttributePath().WithAttributeName("permission_set_id"); !diags[0].Attribute.Equal(at) {
				t.Errorf("it is at %s", diags[0].Attribute)
			}
		})
	}
	// The id of a set that the plan creates is never null.
	p := w.protocol(t)
	wantNone(t, p.planCreate(t, "keyward_billium_permission_set", values{"name": name, "permissions": three}))
	wantNone(t, p.planCreate(t, "keyward_billium_api_key", values{"name": name, "permission_set_id": unknownText}))
}

// planCreate plans a resource that is to be created, as Terraform proposes it:
// what is computed and not declared is null.
func (p *protocol) planCreate(t *testing.T, typeName string, set values) []*tfprotov6.Diagnostic {
	t.Helper()
	schema := p.schemas.ResourceSchemas[typeName]
	config := configuration(t, schema, set)
	null, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := p.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, Config: config, PriorState: &null, ProposedNewState: config,
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}
