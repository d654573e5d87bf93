package audit

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
	"github.com/keyward/terraform-provider-keyward/internal/tfconfig"
)

// checkUndeclared looks for what is live and in no state or plan. Without any of
// those, nothing can be said.
func checkUndeclared(c *check, object inventory.Item) *Finding {
	o := object.Ref()
	if !c.DeclaredRead || c.index.knows(o.ID) || o.Kind == inventory.KindMerchant {
		return nil
	}
	if member, ok := object.(*inventory.Member); ok && member.Role == billium.Owner {
		return nil // an OWNER can't be declared
	}
	if o.Kind == inventory.KindPermissionSet && provisional.Is(o.Name) {
		return orphanedSet(o)
	}
	severity, evidence := undeclared(object)
	return &Finding{
		Severity: severity, Evidence: append(evidence, "No state or plan that was read has it."),
		Title:  fmt.Sprintf("%s is live and declared nowhere.", subject(o)),
		Remedy: c.declareOrRemove(object),
	}
}

// orphanedSet is for a set whose creation was interrupted: it is to be deleted, not
// declared.
func orphanedSet(o inventory.Object) *Finding {
	return &Finding{
		Severity: Low, Evidence: []string{"It has a provisional name: the apply that created it was interrupted. No state has it."},
		Title:  fmt.Sprintf("%s is orphaned.", subject(o)),
		Remedy: Remedy{Text: "Delete it on the platform: DELETE /v1/merchants/merchant/" + o.Scope + "/permission-sets/" + o.ID + "."},
	}
}

func undeclared(object inventory.Item) (Severity, []string) {
	switch o := object.(type) {
	case *Key:
		evidence := []string{made(o), lastUse(o)}
		if o.Owned == inventory.Own {
			evidence = append(evidence, "It is the key that this audit was made with.")
		}
		if o.Owned == inventory.MaybeOwn {
			evidence = append(evidence, "It may be the key that this audit was made with: which key that is could not be told.")
		}
		if powers(o) != "" {
			return Critical, append(evidence, "It "+powers(o)+".")
		}
		return High, evidence
	case *inventory.Company:
		return Info, nil
	case *inventory.Member:
		return Medium, []string{fmt.Sprintf("It has the role %s and joined %s.", o.Role, date(o.JoinedAt))}
	case *inventory.Invitation:
		return Medium, []string{fmt.Sprintf("It offers the role %s until %s.", o.Role, date(o.ExpiresAt))}
	case *inventory.Webhook:
		return Medium, []string{"It is told of " + strings.Join(o.Events, ", ") + "."}
	default:
		return Low, nil
	}
}

// declareOrRemove has the import block of what keyward import would import, too.
func (c *check) declareOrRemove(object inventory.Item) Remedy {
	o := object.Ref()
	key, isKey := object.(*Key)
	remedy := Remedy{Text: "Declare it (keyward import writes the whole resource), or delete it on the platform."}
	switch why := unmanageable(object); {
	case isKey && key.Owned != inventory.NotOwn:
		return Remedy{Text: "Don't declare or revoke it: " + why + ". Accept it in a baseline (--write-baseline)."}
	case isKey && rotation.Marked(key.Name):
		return Remedy{Text: "Rename it on the platform first: " + why + ". Or revoke it: " + revokeCommand(key.ID) + "."}
	case isKey && why != "": // a run may be creating or using it
		return Remedy{Text: "Don't declare it: " + why + "."}
	case why != "":
		return Remedy{Text: "It can't be declared: " + why + ". Delete it on the platform."}
	case isKey:
		remedy.Text = "Declare it (keyward import writes the whole resource), or revoke it: " + revokeCommand(key.ID) + "."
	}
	return hcl(remedy.Text, tfconfig.ImportBlock(o.ResourceKind().ResourceType(), c.index.names[o.ID], o.ImportID()))
}

// unmanageable says why no resource can manage an object; "" where one can.
func unmanageable(object inventory.Item) string {
	if key, ok := object.(*Key); ok {
		return inventory.Unmanageable(key.Key, key.Owned)
	}
	return inventory.Unmanageable(object, inventory.NotOwn)
}

// checkGone looks for what is declared and not live, as far as everything live
// was read.
func checkGone(c *check, d *Declared) *Finding {
	if c.index.live[d.ID] != nil || !c.Covered(d.Platform, d.Scope, d.Kind) && !c.companyGone(d) {
		return nil
	}
	severity, evidence := Medium, []string{"It is declared at " + d.Where() + "."}
	if d.Kind == inventory.KindKey {
		severity = High
	}
	if at, ok := c.Revoked[d.ID]; ok {
		evidence = append(evidence, "It was revoked "+date(at)+".")
	} else {
		evidence = append(evidence, fmt.Sprintf("It is not among the live objects of %s.", scopeName(d.Object)))
	}
	return &Finding{
		Severity: severity, Title: fmt.Sprintf("%s is declared, and the platform has it no longer.", subject(d)),
		Evidence: evidence,
		Remedy: shell("Plan and apply: the plan shows that it is made anew. If it was removed on purpose, remove its declaration.",
			target("plan", d)),
	}
}

// companyGone reports whether a declared company is none of an organization's
// whose companies were all read.
func (c *check) companyGone(d *Declared) bool {
	return d.Kind == inventory.KindCompany && c.Covered(inventory.Corebill, "", inventory.KindCompany)
}

func scopeName(o inventory.Object) string {
	switch {
	case o.Platform == inventory.Billium:
		return "the merchant " + o.Scope
	case o.Scope == "" || o.Kind == inventory.KindCompany:
		return "the organization"
	default:
		return "the company " + o.Scope
	}
}

// checkDifferent looks for fields that are declared otherwise than they are.
func checkDifferent(c *check, d *Declared) *Finding {
	object := c.index.live[d.ID]
	if object == nil {
		return nil
	}
	differences := compare(d.Fields, fieldsOf(object))
	if len(differences) == 0 {
		return nil
	}
	severity, evidence := Medium, []string{"It is declared at " + d.Where() + "."}
	if more := widened(differences); more != "" {
		severity, evidence = High, append(evidence, "The live one may do more than declared: "+more+".")
	}
	return &Finding{
		Object: object.Ref(), Severity: severity, Differences: differences, Evidence: evidence,
		Title: fmt.Sprintf("%s is not as declared: %s.", subject(d), strings.Join(fieldNames(differences), ", ")),
		Remedy: shell("Plan and apply to make it as declared, or change its declaration to what is right.",
			target("plan", d)),
	}
}

// compare returns what differs, of the fields that are declared. URLs are shown
// without what may be secret in them.
func compare(declared, live map[string]string) []Difference {
	var out []Difference
	for _, field := range slices.Sorted(maps.Keys(declared)) {
		have, known := live[field]
		if want := declared[field]; known && !same(field, want, have) {
			if field == "url" || field == "logo_url" {
				want, have = mask.URL(want), mask.URL(have)
			}
			out = append(out, Difference{field, want, have})
		}
	}
	return out
}

// same reports whether a field's values are: the platforms compose the characters of
// names and descriptions.
func same(field, want, have string) bool {
	return want == have || (field == "name" || field == "description") && naming.Same(want, have)
}

func fieldNames(differences []Difference) []string {
	names := make([]string, len(differences))
	for i, d := range differences {
		names[i] = d.Field
	}
	return names
}

// widened returns what the live object may do beyond its declaration.
func widened(differences []Difference) string {
	for _, d := range differences {
		switch d.Field {
		case "permissions":
			if more := billium.Missing(split(d.Declared), split(d.Live)); len(more) > 0 {
				return listed(more)
			}
		case "role":
			if billium.Role(d.Live).Above(billium.Role(d.Declared)) {
				return "the role " + d.Live
			}
		case "permission_level":
			if !corebill.Level(d.Declared).Includes(corebill.Level(d.Live)) {
				return "the level " + d.Live
			}
		}
	}
	return ""
}

func split(list string) []billium.Permission {
	var out []billium.Permission
	for word := range strings.SplitSeq(list, ", ") {
		if word != "" {
			out = append(out, billium.Permission(word))
		}
	}
	return out
}
