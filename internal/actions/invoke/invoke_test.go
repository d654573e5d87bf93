package invoke

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
)

// fake has one key; key_own is the caller's.
type fake struct {
	key     Key
	err     error
	renamed []string
}

func (f *fake) Use(*providerdata.Data) {}

func (f *fake) Status() providerdata.Status { return providerdata.Status{} }

func (f *fake) Scope(declared types.String, _ *diag.Diagnostics) types.String { return declared }

func (f *fake) Find(context.Context, string, string) (Key, error) { return f.key, f.err }

func (f *fake) IsCaller(_ context.Context, _ string, key Key) (bool, error) {
	return key.ID == "key_own", nil
}

func (f *fake) Revoke(context.Context, string, string) error { return f.err }

func (f *fake) Rename(_ context.Context, _, _, name string) error {
	f.renamed = append(f.renamed, name)
	return nil
}

func (f *fake) Ping(context.Context, string, string) (Ping, error) { return Ping{}, f.err }

func on(id types.String) target {
	return target{object: "Billium API key " + id.ValueString(), id: id, scope: types.StringValue("mer_1")}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		platform *fake
		target   target
		found    bool
		problem  string
	}{
		"a key":         {&fake{key: Key{ID: "key_1", Name: "shop"}}, on(types.StringValue("key_1")), true, ""},
		"not known yet": {&fake{}, on(types.StringUnknown()), false, ""},
		"the caller's":  {&fake{key: Key{ID: "key_own", Name: "ci"}}, on(types.StringValue("key_own")), true, `Revoking key_own ("ci") would lock Terraform out`},
		"can't be read": {&fake{err: errors.New("no connection")}, on(types.StringValue("key_1")), false, "no connection"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, diags := find(t.Context(), c.platform, c.target, "Revoking")
			if (key != nil) != c.found || diags.HasError() != (c.problem != "") || diags.HasError() && !strings.Contains(diags[0].Detail(), c.problem) {
				t.Errorf("%v, %v", key, diags)
			}
		})
	}
}

// A request for a rotation is left once.
func TestRequestRotation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		platform      *fake
		renamed, told string
	}{
		"asks":         {&fake{key: Key{ID: "key_1", Name: "shop"}}, "shop (rotate)", "now asks"},
		"asked before": {&fake{key: Key{ID: "key_1", Name: "shop (rotate)"}}, "", "asked before"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var told string
			diags := requestRotation(t.Context(), c.platform, on(types.StringValue("key_1")), func(message string) { told = message })
			if diags.HasError() || strings.Join(c.platform.renamed, ",") != c.renamed || !strings.Contains(told, c.told) {
				t.Errorf("%v, renamed to %q, told %q", diags, c.platform.renamed, told)
			}
		})
	}
}
