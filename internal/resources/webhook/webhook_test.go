package webhook

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
)

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for url, says := range map[string]string{
		"https://example.com/hook":                         "",
		"https://example.com:8443":                         "",
		"http://localhost:8080/hook":                       "",
		"http://127.0.0.1/hook":                            "",
		"http://[::1]:9000":                                "",
		"http://LOCALHOST./":                               "must be https",
		"http://LOCALHOST:8080/":                           "",
		"http://example.com/hook":                          "must be https",
		"http://127.0.0.1.example.com":                     "must be https",
		"ftp://example.com":                                "not a URL that can be called",
		"example.com/hook":                                 "not a URL that can be called",
		"https:///hook":                                    "not a URL that can be called",
		"https://exa mple.com":                             "the character ' ' at position 12",
		"https://example.com/" + strings.Repeat("x", 2048): "at most 2048",
	} {
		if err := checkURL(url); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%.40s: got %v", url, err)
		}
	}
}

func TestCheckEvent(t *testing.T) {
	t.Parallel()
	known := []string{"invoice.created", "invoice.paid"}
	if err := checkEvent("invoice.paid", "Corebill", known); err != nil {
		t.Error(err)
	}
	err := checkEvent("invoice.payd", "Corebill", known)
	if err == nil || err.Error() != `Corebill has no event "invoice.payd". Did you mean "invoice.paid"?` {
		t.Errorf("got %v", err)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	got := EventList[string](providerdata.SetOf([]string{"b", "a"}))
	if !slices.Equal(got, []string{"a", "b"}) || len(EventList[string](types.SetNull(types.StringType))) != 0 {
		t.Errorf("got %v", got)
	}
}

type model struct{ Attributes }

// fake is a platform that answers as it is told and remembers what it was asked.
type fake struct {
	asked              []string
	editFails, rotates error
}

func (f *fake) Use(*providerdata.Data)               {}
func (f *fake) Status() providerdata.Status          { return providerdata.Status{} }
func (f *fake) ScopeOf(*model) types.String          { return types.StringValue("scope") }
func (f *fake) Forget(*model)                        { f.asked = append(f.asked, "forget") }
func (f *fake) Replaces(_, _ *model) path.Paths      { return nil }
func (f *fake) Read(context.Context, *model) error   { return nil }
func (f *fake) Delete(context.Context, *model) error { return nil }
func (f *fake) ResolvePlan(context.Context, *model, *model, *model) diag.Diagnostics {
	return nil
}

func (f *fake) Run() *providerdata.Objects                            { return &providerdata.Objects{} }
func (f *fake) Clock() func() time.Time                               { return nil }
func (f *fake) List(context.Context, string, bool) ([]model, error)   { return nil, nil }
func (f *fake) Inspect(context.Context, string, string, string) error { return nil }
func (f *fake) SaysReplaced(context.Context, string, string) (bool, error) {
	return false, nil
}

func (f *fake) Create(context.Context, *model) (client.Secret, error) {
	return client.NewSecret("first"), f.editFails
}

func (f *fake) Edit(context.Context, *model, *model) error {
	f.asked = append(f.asked, "edit")
	return f.editFails
}

func (f *fake) Rotate(context.Context, *model) (client.Secret, error) {
	f.asked = append(f.asked, "rotate")
	return client.NewSecret("second"), f.rotates
}

func (f *fake) Each(context.Context, string) iter.Seq2[model, error] {
	return func(yield func(model, error) bool) { yield(model{}, nil) }
}

func withTrigger(value attr.Value) *model {
	m := &model{Attributes{Secret: types.StringValue("first"), RotateSecretWhenChanged: types.MapNull(types.StringType)}}
	if value != nil {
		m.RotateSecretWhenChanged = types.MapValueMust(types.StringType, map[string]attr.Value{"generation": value})
	}
	return m
}

func TestSecretIsRotatedWhereTheTriggerChanged(t *testing.T) {
	t.Parallel()
	one, two := types.StringValue("1"), types.StringValue("2")
	failure := errors.New("refused")
	for _, c := range []struct {
		name          string
		before, after attr.Value
		edit, rotate  error
		asked, secret string
		planned       string
	}{
		{name: "nothing", before: one, after: one, asked: "edit", secret: "first"},
		{name: "declared for the first time", after: one, asked: "edit", secret: "first"},
		{name: "removed", before: one, asked: "edit", secret: "first"},
		{name: "changed", before: one, after: two, asked: "edit rotate", secret: "second", planned: "forget"},
		{name: "not known yet", before: one, after: types.StringUnknown(), asked: "edit", secret: "first", planned: "forget"},
		{name: "the edit fails", before: one, after: two, edit: failure, asked: "edit", planned: "forget"},
		{name: "the rotation fails", before: one, after: two, rotate: failure, asked: "edit rotate", planned: "forget"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			platform := &fake{editFails: c.edit, rotates: c.rotate}
			hooks := webhooks[model, *model]{Platform: platform, kind: object.Kind{Kind: resourcekind.Kind{Platform: "Fake", Noun: "webhook"}}}
			state, plan := withTrigger(c.before), withTrigger(c.after)
			if diags := hooks.ResolvePlan(t.Context(), plan, state, plan); diags.HasError() {
				t.Fatal(diags)
			}
			if got := strings.Join(platform.asked, " "); got != c.planned || plan.Secret.IsUnknown() != (c.planned != "") {
				t.Errorf("planned %q, the secret %v", got, plan.Secret)
			}
			platform.asked = nil
			err := hooks.Update(t.Context(), state, plan)
			if got := strings.Join(platform.asked, " "); got != c.asked || (err != nil) != (c.secret == "") {
				t.Errorf("asked %q, got %v", got, err)
			}
			if c.secret != "" && plan.Secret.ValueString() != c.secret {
				t.Error("the secret is another one")
			}
		})
	}
}

func TestCreateKeepsTheSecret(t *testing.T) {
	t.Parallel()
	var m model
	if err := (webhooks[model, *model]{Platform: &fake{}}).Create(t.Context(), &m); err != nil || m.Secret.ValueString() != "first" {
		t.Errorf("got %v", err)
	}
	failing := webhooks[model, *model]{Platform: &fake{editFails: errors.New("refused")}}
	if err := failing.Create(t.Context(), &m); err == nil {
		t.Error("a failure got lost")
	}
}

func TestRotationErrorsSayWhatIsNext(t *testing.T) {
	t.Parallel()
	for err, says := range map[error]string{
		rotationError{errors.New("refused")}:                            "tries again",
		rotationError{fmt.Errorf("lost: %w", client.ErrOutcomeUnknown)}: "rotates again",
	} {
		if got := diagnostics.NextStep(err); !strings.Contains(got, says) {
			t.Errorf("%v: got %q", err, got)
		}
	}
}

func TestListedWebhooksHaveTypedTriggers(t *testing.T) {
	t.Parallel()
	for m, err := range (webhooks[model, *model]{Platform: &fake{}}).All(t.Context(), "") {
		if err != nil || !m.RotateSecretWhenChanged.Equal(types.MapNull(types.StringType)) {
			t.Errorf("got %+v, %v", m, err)
		}
	}
}
