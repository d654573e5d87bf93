package audit

import (
	"fmt"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/tfconfig"
)

// days is a duration for people.
func days(d time.Duration) string {
	return output.Count(int(d/Day), "day")
}

// date is a time for people.
func date(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// listed is a list of permissions for people: nothing, a few by name, or all of
// them as a wildcard.
func listed(ps []billium.Permission) string {
	switch {
	case len(ps) == 0:
		return "none"
	case len(ps) == len(billium.Permissions()):
		return "all 34"
	default:
		return strings.Join(billium.Names(ps), ", ")
	}
}

// hclText is an attribute with a text, as Terraform writes it.
func hclText(name, value string) string { return tfconfig.Attribute(name, cty.StringVal(value)) }

// hclTexts is an attribute with a list of texts, as Terraform writes it.
func hclTexts(name string, values []string) string {
	return tfconfig.Attribute(name, tfconfig.Texts(values))
}

// lastUse says when a key was used last, and from where.
func lastUse(k *Key) string {
	if k.LastUsedAt == nil {
		return "It has never been used."
	}
	text := "It was last used " + date(*k.LastUsedAt)
	if k.Use != nil && len(k.Use.Origins) > 0 {
		text += ", lately from " + strings.Join(k.Use.Origins, "; ")
	}
	return text + "."
}

// made says when and by whom a key was created.
func made(k *Key) string {
	return fmt.Sprintf("It was created %s by %s; its token begins with %s.", date(k.CreatedAt), k.CreatedBy, k.Prefix)
}
