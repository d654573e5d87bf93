package object

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

// Once is a Platform each of whose objects is created once. An object that is there
// already is named, with what imports it: it may be what an interrupted apply made
// and no state has. It is never taken over silently, and never made twice.
type Once[M any] interface {
	// Run is what the run has shown of objects, Clock the clock.
	Run() *providerdata.Objects
	Clock() func() time.Time
	// Unique says what tells an object from others of its kind.
	Unique(m *M) Unique
	// List returns the objects of a scope, from the list that all resources of the
	// run share or, fresh, as they are now.
	List(ctx context.Context, scope string, fresh bool) ([]M, error)
	// Inspect reads an object in a request whose user agent ends with a comment.
	Inspect(ctx context.Context, scope, id, comment string) error
	// SaysReplaced reports whether a plan of the last 24 hours said in the log that it
	// replaces an object.
	SaysReplaced(ctx context.Context, scope, id string) (bool, error)
}

// Unique is what tells an object from others of its kind.
type Unique struct {
	// Scope is what the object belongs to; empty for a kind that has no scopes.
	Scope string
	// Marks are what two objects that pass for one share. The first one of a
	// declared object is looked for; there is none while it is not known.
	Marks []string
	// At is the attribute to blame.
	At path.Path
	// Allowed says that another object with the same mark is no conflict.
	Allowed bool
}

// planKey is where the plan of an object that exists notes its id: Terraform hands
// it to the plan of its successor, where it decides to replace the object.
const planKey = "planned"

type planNote struct {
	ID string `json:"id"`
}

// planOnce refuses to plan the creation of what is there already.
func (r *Resource[M]) planOnce(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, state, plan *M) {
	once, ok := r.platform.(Once[M])
	if !ok {
		return
	}
	if state != nil {
		_, id := r.platform.Identity(state)
		if once.Run().Plan(id.ValueString(), plan == nil) {
			resp.Diagnostics.Append(r.anotherCreates(state, id.ValueString()))
			return
		}
		if plan != nil {
			note, err := json.Marshal(planNote{id.ValueString()})
			if err != nil {
				resp.Diagnostics.AddError("Could not plan "+r.name(state), err.Error())
				return
			}
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, planKey, note)...)
		}
		return
	}
	var note planNote
	content, diags := req.Private.GetKey(ctx, planKey)
	resp.Diagnostics.Append(diags...)
	if content != nil && json.Unmarshal(content, &note) != nil {
		note = planNote{} // not ours: then nothing is known to be replaced
	}
	resp.Diagnostics.Append(r.checkOnce(ctx, once, plan, note.ID)...)
	if replacer, ok := r.platform.(PlanReplacer); ok && note.ID != "" && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(replacer.PlanReplace(ctx, note.ID)...)
	}
}

// anotherCreates is the error of a resource whose object another one would create again.
func (r *Resource[M]) anotherCreates(state *M, id string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Another resource creates "+r.name(state), r.bothHave(id))
}

// checkOnce is planOnce for a creation. replaced is the id of the object that the
// resource has now, "" where that is not known.
func (r *Resource[M]) checkOnce(ctx context.Context, once Once[M], plan *M, replaced string) (diags diag.Diagnostics) {
	unique := once.Unique(plan)
	if len(unique.Marks) == 0 || unique.Allowed || !r.platform.Status().Ready() {
		return nil
	}
	at := unique.At
	if once.Run().Create(r.list(unique.Scope), unique.Marks[0], replaced) {
		diags.AddAttributeError(at, fmt.Sprintf("Two resources create one %s %s", r.Platform, r.Noun),
			fmt.Sprintf("Another resource of this configuration creates a %s with the same %s, too. Remove one of them, or set on_conflict = %q on both.", r.Noun, r.Same, ConflictIsAllowed))
		return diags
	}
	found, err := r.conflicts(ctx, once, unique, replaced)
	switch {
	case err != nil:
		diags.Append(diagnostics.AttributeError(at, "check whether there is", r.name(plan)+" already", err))
	case len(found) > 0:
		conflict := r.conflict(once, unique, found, "")
		diags.AddAttributeError(at, fmt.Sprintf("%s exists already", r.name(plan)), sentence(conflict.Error())+"\n\n"+conflict.NextStep())
	}
	return diags
}

// conflicts returns the objects that pass for the one that is to be created, but for
// the one whose place it takes.
func (r *Resource[M]) conflicts(ctx context.Context, once Once[M], unique Unique, replaced string) ([]providerdata.Object, error) {
	existing, err := r.existing(ctx, once, unique.Scope)
	if err != nil {
		return nil, err
	}
	run := once.Run()
	for _, same := range Conflicts(existing, unique.Marks[0], run.Excepted) {
		if same.ID == replaced || run.Replace(same.ID) {
			if err := once.Inspect(ctx, unique.Scope, same.ID, providerdata.Replaces(same.ID)); err != nil && !errors.Is(err, client.ErrNotFound) {
				return nil, err
			}
			run.Except(same.ID)
			continue
		}
		if run.InState(same.ID) {
			continue
		}
		// An apply is told nothing of what it replaces. A log that can't be read
		// excepts nothing.
		if said, err := once.SaysReplaced(ctx, unique.Scope, same.ID); err == nil && said {
			run.Assume(same.ID)
		}
	}
	return Conflicts(existing, unique.Marks[0], run.Excepted), nil
}

func (r *Resource[M]) conflict(once Once[M], unique Unique, found []providerdata.Object, before string) conflictError {
	return conflictError{kind: r.Kind, scope: unique.Scope, found: found, before: before, kept: len(found) == 1 && once.Run().InState(found[0].ID)}
}

// list names the list of a scope, among those of all kinds.
func (r *Resource[M]) list(scope string) string { return r.Type + "/" + scope }

// existing returns what there is in a scope, by one list for the whole run.
func (r *Resource[M]) existing(ctx context.Context, once Once[M], scope string) ([]providerdata.Object, error) {
	return once.Run().List(ctx, r.list(scope), once.Clock(), func(ctx context.Context) ([]providerdata.Object, error) {
		return r.objects(ctx, once, scope, false)
	})
}

func (r *Resource[M]) objects(ctx context.Context, once Once[M], scope string, fresh bool) ([]providerdata.Object, error) {
	all, err := once.List(ctx, scope, fresh)
	objects := make([]providerdata.Object, len(all))
	for i := range all {
		objects[i] = r.object(once, &all[i])
	}
	return objects, err
}

func (r *Resource[M]) object(once Once[M], m *M) providerdata.Object {
	_, id := r.platform.Identity(m)
	return providerdata.Object{ID: id.ValueString(), Marks: once.Unique(m).Marks}
}

// createOnce creates an object, unless there is one that passes for it. Where the
// answer is lost it looks whether the object was made all the same.
func (r *Resource[M]) createOnce(ctx context.Context, plan *M) error {
	once, ok := r.platform.(Once[M])
	if !ok {
		return r.platform.Create(ctx, plan)
	}
	unique := once.Unique(plan)
	if !unique.Allowed {
		switch found, err := r.conflicts(ctx, once, unique, ""); {
		case err != nil:
			return fmt.Errorf("nothing was created, because the %ss that exist could not be listed: %w", r.Noun, err)
		case len(found) > 0:
			return r.conflict(once, unique, found, "nothing was created: ")
		}
	}
	before, err := r.existing(ctx, once, unique.Scope)
	if err != nil {
		before = nil // another one is allowed anyway
	}
	if err = r.platform.Create(ctx, plan); err != nil {
		return r.lost(ctx, once, unique, before, err)
	}
	once.Run().Put(r.list(unique.Scope), r.object(once, plan))
	return nil
}

// lookAgainWithin is how long it may take to look for what a lost answer was about.
const lookAgainWithin = 2 * time.Minute

// lost says what became of a creation that failed. An object that was made is named,
// with what imports it.
func (r *Resource[M]) lost(ctx context.Context, once Once[M], unique Unique, before []providerdata.Object, err error) error {
	var failure *client.Error
	if errors.As(err, &failure) && failure.CreatedID != "" {
		made := []providerdata.Object{{ID: failure.CreatedID}}
		return lostError{error: err, next: fmt.Sprintf("%s %s exists, and no state has it. %s", r.Noun, failure.CreatedID, r.howToImport(unique.Scope, made))}
	}
	if !errors.Is(err, client.ErrOutcomeUnknown) {
		return err
	}
	// Anyone who interrupts an apply wants to know this all the more.
	lasting, cancel := context.WithTimeout(client.Urgent(context.WithoutCancel(ctx)), lookAgainWithin)
	defer cancel()
	now, lookup := r.objects(lasting, once, unique.Scope, true)
	if lookup != nil {
		return lostError{error: err, next: fmt.Sprintf("The %ss could not be listed again either (%v). Run again: the next plan checks whether it exists.", r.Noun, lookup)}
	}
	known := map[string]bool{}
	for _, object := range before {
		known[object.ID] = true
	}
	found := Conflicts(now, unique.Marks[0], func(id string) bool { return known[id] })
	if len(found) == 0 {
		return lostError{error: err, next: fmt.Sprintf("The list has no new %s with the same %s. Run again: the next plan checks again whether it exists.", r.Noun, r.Same)}
	}
	return lostError{error: err, next: fmt.Sprintf("The request did take effect: %s. %s", r.there(found), r.howToImport(unique.Scope, found))}
}

// lostError is a creation whose answer was lost, or of no use.
type lostError struct {
	error

	next string
}

func (e lostError) Unwrap() error { return e.error }

// NextStep says what to do about it.
func (e lostError) NextStep() string { return sentence(e.next) }

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
func Conflicts(existing []providerdata.Object, mark string, excepted func(id string) bool) []providerdata.Object {
	var found []providerdata.Object
	for _, object := range existing {
		if slices.Contains(object.Marks, mark) && !excepted(object.ID) {
			found = append(found, object)
		}
	}
	slices.SortFunc(found, func(a, b providerdata.Object) int { return strings.Compare(a.ID, b.ID) })
	return found
}

// ImportBlock is the block that imports an object.
func (k Kind) ImportBlock(scope, id string) string {
	return fmt.Sprintf("import {\n  to = keyward_%s.<name>\n  id = %q\n}", k.Type, k.ImportID(scope, id))
}

// there says which objects are there: "webhook wh_1 has the same URL and events".
func (k Kind) there(found []providerdata.Object) string {
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
func (k Kind) howToImport(scope string, found []providerdata.Object) string {
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
	found  []providerdata.Object
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
