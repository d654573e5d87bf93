package provider_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
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
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// A plan that changes nothing is answered without the framework, the answer is the
// framework's, and whatever else is planned is asked for once.
func TestUnchangedPlansAreTheFrameworks(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, passing := newClockedWorld(t)
		w.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		s := newStack(t, w, strings.SplitN(c.address, ".", 2)[0])
		config := s.shop(t)
		kind, other := "type", text("PUBLIC")
		if c.platform == "corebill" {
			kind, other = "organization", flag(true)
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
		kept := func(private string) func() stored { return is(stored{s.file.state, []byte(private)}) }
		identity := s.framework(t).read(t, s.file, nil).NewIdentity
		malformed := &tfprotov6.ResourceIdentityData{IdentityData: &tfprotov6.DynamicValue{MsgPack: []byte{0xc1}}}
		namesake := func() stored {
			_, token := c.make(t, w, c.credential(w), "shop")
			c.call(t, w, token)
			return refreshed(0)()
		}
		failing := func() stored {
			prior := refreshed(0)()
			w.Inject(sandboxtest.Fault{Platform: c.platform, Method: http.MethodGet, Times: sandboxtest.Endless, Status: http.StatusInternalServerError})
			return prior
		}
		for _, row := range []struct {
			name     string
			prior    func() stored
			identity *tfprotov6.ResourceIdentityData
			config   values
			quick    bool
		}{
			{"nothing changes", is(s.file), nil, config, true},
			{"nothing, with an identity", is(s.file), identity, config, true},
			{"a malformed identity", is(s.file), malformed, config, false},
			{"no identity in it", is(s.file), &tfprotov6.ResourceIdentityData{}, config, true},
			{"after a refresh", refreshed(0), identity, config, true},
			{"private state", kept(`{"other":"e30="}`), nil, config, true},
			{"no private state", kept(`null`), nil, config, false},
			{"private state that is not JSON", kept(`{"other":"AQID"}`), nil, config, false},
			{"private state without a value", kept(`{"other":null}`), nil, config, false},
			{"a change in place", is(s.file), identity, changed("name", text("till")), false},
			{"a value that is not the default", is(stored{s.with(t, kind, other), nil}), identity, config, false},
			{"a time that is none", is(stored{s.with(t, "rotate_due", text("soon")), nil}), identity, config, false},
			{"its rotation is due", refreshed(721 * time.Hour), identity, config, false},
			{"its rotation is due, and a namesake is used", namesake, identity, config, false},
			{"its rotation is due, and the platform fails", failing, identity, config, false},
		} {
			prior := row.prior()
			w.ResetRequests()
			got := s.process(t).planAs(t, prior, row.identity, row.config)
			asked := paths(w.Requests())
			w.ResetRequests()
			want := s.framework(t).planAs(t, prior, row.identity, row.config)
			if again := paths(w.Requests()); !slices.Equal(asked, again) {
				t.Errorf("%s: asked for %q, and the framework for %q", row.name, asked, again)
			}
			if !s.process(t).same(t, got.PlannedState, want.PlannedState) || !reflect.DeepEqual(got.Diagnostics, want.Diagnostics) ||
				!reflect.DeepEqual(keptBy(t, got), keptBy(t, want)) || !reflect.DeepEqual(got.PlannedIdentity, want.PlannedIdentity) ||
				len(got.RequiresReplace)+len(want.RequiresReplace) > 0 {
				t.Errorf("%s: planned\n%+v\nand the framework\n%+v", row.name, got, want)
			}
			if quick := got.PlannedState == prior.state; quick != row.quick {
				t.Errorf("%s: answered without the framework: %v", row.name, quick)
			}
		}
	})
}

// What Terraform never sends is the framework's to answer, too.
func TestPlansOfOtherClientsAreTheFrameworks(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, _ := newClockedWorld(t)
		s := newStack(t, w, strings.SplitN(c.address, ".", 2)[0])
		state := s.with(t, "name", text("shop"))
		both := &tfprotov6.DynamicValue{MsgPack: state.MsgPack, JSON: []byte(`{"name":"till"}`)}
		for name, request := range map[string]tfprotov6.PlanResourceChangeRequest{
			"no configuration":    {PriorState: state, ProposedNewState: state},
			"an empty one":        {PriorState: state, ProposedNewState: state, Config: &tfprotov6.DynamicValue{}},
			"two values at once":  {PriorState: state, ProposedNewState: both, Config: state},
			"nothing to plan for": {},
		} {
			request.TypeName = s.typeName
			got, err := s.process(t).PlanResourceChange(t.Context(), &request)
			want, wanted := s.framework(t).PlanResourceChange(t.Context(), &request)
			if !reflect.DeepEqual(err, wanted) || !reflect.DeepEqual(got.Diagnostics, want.Diagnostics) {
				t.Errorf("%s: planned\n%+v, %v\nand the framework\n%+v, %v", name, got, err, want, wanted)
			}
		}
	})
}

// Terraform plans many resources at once, and one provider answers for all.
func TestUnchangedPlansAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, _ := newClockedWorld(t)
		s := newStack(t, w, strings.SplitN(c.address, ".", 2)[0])
		config := s.shop(t)
		p := s.process(t)
		declared := configuration(t, p.schema(), config)
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				validated, err := p.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: p.typeName, Config: declared})
				if err != nil || len(validated.Diagnostics) > 0 {
					t.Errorf("validated: %+v, %v", validated, err)
				}
				read, err := p.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: p.typeName, CurrentState: s.file.state})
				if err != nil || read.NewState != s.file.state {
					t.Errorf("read: %+v, %v", read, err)
				}
				planned, err := p.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
					TypeName: p.typeName, PriorState: s.file.state, ProposedNewState: s.file.state, Config: declared,
				})
				if err != nil || planned.PlannedState != s.file.state {
					t.Errorf("planned: %+v, %v", planned, err)
				}
			})
		}
		all.Wait()
	})
}

// shop applies a key that is rotated monthly, and returns its configuration.
func (s *stack) shop(t *testing.T) values {
	t.Helper()
	return s.named(t, "shop")
}

// named is shop with a key of another name.
func (s *stack) named(t *testing.T, name string) values {
	t.Helper()
	config := values{"name": text(name), "rotation": s.monthly(t)}
	if strings.HasPrefix(s.typeName, "keyward_corebill") {
		config["permission_level"] = text("read")
	} else {
		config["permissions"] = tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{text("invoice:view")})
	}
	if diags := s.apply(t.Context(), t, s.plan(t.Context(), t, config, planning{refresh: true})); failed(diags) {
		t.Fatal(diags)
	}
	return config
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
	if len(plan.PlannedPrivate) == 0 {
		return nil
	}
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
