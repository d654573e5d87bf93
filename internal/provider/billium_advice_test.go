package provider_test

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Implied, redundant and dangerous permissions each have their own warning, on
// everything that declares permissions.
func TestBilliumPermissionsAreAdvisedOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	declared := map[string]values{
		"keyward_billium_permission_set": {"name": text("set")},
		"keyward_billium_api_key":        {"name": text("key")},
		"keyward_billium_team_member":    {"email": text("ana@example.com"), "role": text("ADMIN")},
	}
	for name, c := range map[string]struct {
		permissions []string
		want        string
	}{
		"implied":            {[]string{"invoice:*", "invoice:view"}, `"invoice:view" adds nothing: "invoice:*" implies it.`},
		"redundant":          {[]string{"report:*", "report:view"}, `adds nothing: "report:`},
		"redundant together": {[]string{"checkout:*", "*:view", "*:edit"}, `"checkout:*" adds nothing: the others together cover it.`},
		"dangerous":          {[]string{"team:invite", "team:manage_roles"}, "can bring anyone onto the team and then raise the role"},
	} {
		for typeName, attributes := range declared {
			t.Run(name+" "+typeName, func(t *testing.T) {
				var elements []tftypes.Value
				for _, permission := range c.permissions {
					elements = append(elements, text(permission))
				}
				set := values{"permissions": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, elements)}
				maps.Copy(set, attributes)
				wantOne(t, w.protocol(t).planCreate(t, typeName, set), tfprotov6.DiagnosticSeverityWarning, c.want)
			})
		}
	}
}
