package provider_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyward/terraform-provider-keyward/internal/provider"
	resourcesbillium "github.com/keyward/terraform-provider-keyward/internal/resources/billium"
	resourcescorebill "github.com/keyward/terraform-provider-keyward/internal/resources/corebill"
)

// A plan that changes nothing is answered without the framework, and the answer is
// the framework's.
func TestUnchangedPlansAreTheFrameworks(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, passing := newClockedWorld(t)
		s := newStack(t, w, strings.SplitN(c.address, ".", 2)[0])
		config := values{"name": text("shop"), "rotation": s.monthly(t)}
		kind, other := "type", text("PUBLIC")
		if c.platform == "corebill" {
			kind, other = "organization", flag(true)
			config["permission_level"] = text("read")
		} else {
			config["permissions"] = tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{text("invoice:view")})
		}
		if diags := s.apply(t.Context(), t, s.plan(t.Context(), t, config, planning{refresh: true})); failed(diags) {
			t.Fatal(diags)
		}
		changed := func(name string, to tftypes.Value) values {
			changed := maps.Clone(config)
			changed[name] = to
			return changed
		}
		refreshed := func(later time.Duration) func() stored {
			return func() stored {
				passing.advance(later)()
				return s.process(t).refresh(t, s.file)
			}
		}
		is := func(object stored) func() stored { return func() stored { return object } }
		for _, row := range []struct {
			name   string
			prior  func() stored
			config values
			quick  bool
		}{
			{"nothing changes", is(s.file), config, true},
			{"after a refresh", refreshed(0), config, true},
			{"with private state", is(stored{s.file.state, []byte(`{"other":"e30="}`)}), config, true},
			{"a change in place", is(s.file), changed("name", text("till")), false},
			{"a value that is not the default", is(stored{s.with(t, kind, other), nil}), config, false},
			{"its rotation is due", refreshed(721 * time.Hour), config, false},
		} {
			prior := row.prior()
			got, want := s.process(t).plan(t, prior, row.config), s.framework(t).plan(t, prior, row.config)
			if !s.process(t).same(t, got.PlannedState, want.PlannedState) || !reflect.DeepEqual(got.Diagnostics, want.Diagnostics) ||
				!reflect.DeepEqual(keptBy(t, got), keptBy(t, want)) || len(got.RequiresReplace)+len(want.RequiresReplace) > 0 {
				t.Errorf("%s: planned\n%+v\nand the framework\n%+v", row.name, got, want)
			}
			if quick := got.PlannedState == prior.state; quick != row.quick {
				t.Errorf("%s: answered without the framework: %v", row.name, quick)
			}
		}
	})
}

// monthly is a rotation block.
func (s *stack) monthly(t *testing.T) tftypes.Value {
	t.Helper()
	block, ok := s.process(t).schema().ValueType().(tftypes.Object).AttributeTypes["rotation"].(tftypes.Object)
	if !ok {
		t.Fatal("the schema has no rotation")
	}
	set := values{}
	for name, of := range block.AttributeTypes {
		set[name] = tftypes.NewValue(of, nil)
	}
	set["rotate_after"], set["overlap"] = text("720h"), text("1h")
	return tftypes.NewValue(block, map[string]tftypes.Value(set))
}

// framework starts a provider that the framework serves.
func (s *stack) framework(t *testing.T) walk {
	t.Helper()
	return s.configure(t, providerserver.NewProtocol6(provider.New(provider.Options{
		Version: "test", Getenv: func(name string) string { return s.environment[name] }, Now: s.now, Sleep: s.sleep,
	})())())
}

// with is the state with another value.
func (s *stack) with(t *testing.T, name string, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	w := s.process(t)
	attributes := maps.Clone(w.attributes(t, s.file.state))
	attributes[name] = value
	return configuration(t, w.schema(), attributes)
}

// keptBy is the private state of a plan, decoded: its order is nobody's.
func keptBy(t *testing.T, plan *tfprotov6.PlanResourceChangeResponse) (kept map[string][]byte) {
	t.Helper()
	if err := json.Unmarshal(plan.PlannedPrivate, &kept); err != nil {
		t.Fatal(err)
	}
	return kept
}

// A default of the schema would be left out of a plan that changes nothing.
func TestKeysHaveNoDefaultsInTheirSchema(t *testing.T) {
	t.Parallel()
	for _, create := range []func() resource.Resource{resourcescorebill.NewAPIKey, resourcesbillium.NewAPIKey} {
		var resp resource.SchemaResponse
		create().Schema(t.Context(), resource.SchemaRequest{}, &resp)
		for name, attribute := range resp.Schema.Attributes {
			switch a := attribute.(type) {
			case interface{ BoolDefaultValue() defaults.Bool }:
				if a.BoolDefaultValue() == nil {
					continue
				}
			case interface{ StringDefaultValue() defaults.String }:
				if a.StringDefaultValue() == nil {
					continue
				}
			case interface{ Int64DefaultValue() defaults.Int64 }:
				if a.Int64DefaultValue() == nil {
					continue
				}
			case interface{ MapDefaultValue() defaults.Map }:
				if a.MapDefaultValue() == nil {
					continue
				}
			case interface{ SetDefaultValue() defaults.Set }:
				if a.SetDefaultValue() == nil {
					continue
				}
			case interface{ ListDefaultValue() defaults.List }:
				if a.ListDefaultValue() == nil {
					continue
				}
			case interface{ ObjectDefaultValue() defaults.Object }:
				if a.ObjectDefaultValue() == nil {
					continue
				}
			}
			t.Errorf("%s has a default, or is of a kind that the test doesn't know", name)
		}
	}
}
