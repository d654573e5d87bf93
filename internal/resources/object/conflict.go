package object

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
)

// The values of on_conflict.
const (
	// ConflictIsError refuses to create an object beside one that passes for it.
	ConflictIsError = "error"
	// ConflictIsAllowed creates another one.
	ConflictIsAllowed = "allow"
)

// OnConflict is the attribute on_conflict of a kind whose objects pass for one where
// they have the same what ("name").
func OnConflict(noun, what string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "What to do where a " + noun + " is to be created and the platform has one with the same " + what + " that is not in this state: `" +
			ConflictIsError + "` (the default), with the import block for it, or `" + ConflictIsAllowed + "` to create another one. Not sent to the platform.",
		Validators: []validator.String{stringvalidator.OneOf(ConflictIsError, ConflictIsAllowed)},
	}
}

// Conflicts returns the objects that pass for one with that mark, but for those that
// are excepted, in the order of their ids.
func Conflicts(existing []configured.Object, mark string, excepted func(id string) bool) []configured.Object {
	var found []configured.Object
	for _, object := range existing {
		if slices.Contains(object.Marks, mark) && !excepted(object.ID) {
			found = append(found, object)
		}
	}
	slices.SortFunc(found, func(a, b configured.Object) int { return strings.Compare(a.ID, b.ID) })
	return found
}

// ImportBlock is the block that imports an object.
func (k Kind) ImportBlock(scope, id string) string {
	return fmt.Sprintf("import {\n  to = keyward_%s.<name>\n  id = %q\n}", k.Type, k.ImportID(scope, id))
}

// there says which objects are there: "webhook wh_1 has the same URL and events".
func (k Kind) there(found []configured.Object) string {
	if len(found) == 1 {
		return fmt.Sprintf("%s %s has the same %s", k.Noun, found[0].ID, k.Same)
	}
	ids := make([]string, len(found))
	for i, object := range found {
		ids[i] = object.ID
	}
	return fmt.Sprintf("%d %ss have the same %s: %s", len(found), k.Noun, k.Same, strings.Join(ids, ", "))
}

// howToImport says how to manage what is there.
func (k Kind) howToImport(scope string, found []configured.Object) string {
	what := "To manage it here, import it:"
	if len(found) > 1 {
		what = "Import the one that this resource is to manage, for example:"
	}
	text := what + "\n\n" + k.ImportBlock(scope, found[0].ID)
	if k.AfterImport != "" {
		text += "\n\n" + k.AfterImport
	}
	return text
}

// conflictError is a creation that was refused because its object seems to be there.
type conflictError struct {
	kind   Kind
	scope  string
	found  []configured.Object
	before string // what went before, such as a lost answer
	kept   bool   // this state has it
}

// Error says what is there.
func (e conflictError) Error() string { return e.before + e.kind.there(e.found) }

// NextStep says what to do about it.
func (e conflictError) NextStep() string {
	if e.kept {
		return e.kind.bothHave(e.found[0].ID)
	}
	return "No resource of this run has it: an interrupted apply may have created it. " + e.kind.howToImport(e.scope, e.found) +
		"\n\nIf another resource of this state has it, use a moved block instead, and run without -refresh=false and -target. " + another
}

const another = "To create another one beside it, set on_conflict = \"" + ConflictIsAllowed + "\"."

// bothHave is for an object that one resource has and another one is to create.
func (k Kind) bothHave(id string) string {
	return fmt.Sprintf("This state has %s %s, and another resource would create a second one with the same %s. "+
		"If the resource only has a new address, use a moved block. If the old resource is to be removed or changed, apply that first. ", k.Noun, id, k.Same) + another
}

// sentence begins a text with a capital letter.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
