package provider_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// walk is one walk of Terraform over a configuration with one key in it: a plan's
// or an apply's. Each has a provider of its own.
type walk struct {
	*protocol
	typeName string
}

func (w *world) walk(t *testing.T, typeName string) walk {
	t.Helper()
	return walk{w.protocol(t), typeName}
}

func (w walk) schema() *tfprotov6.Schema { return w.schemas.ResourceSchemas[w.typeName] }

// stored is an object as a state has it.
type stored struct {
	state   *tfprotov6.DynamicValue
	private []byte
}

func (w walk) refresh(t *testing.T, s stored) stored {
	t.Helper()
	resp, err := w.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: w.typeName, CurrentState: s.state, Private: s.private})
	if err != nil {
		t.Fatal(err)
	}
	wantNone(t, resp.Diagnostics)
	return stored{resp.NewState, resp.Private}
}

// proposed is what Terraform proposes for what a configuration sets: computed
// attributes are as they were.
func (w walk) proposed(t *testing.T, s stored, config values) *tfprotov6.DynamicValue {
	t.Helper()
	before := w.attributes(t, s.state)
	proposed := values{}
	for _, attribute := range w.schema().Block.Attributes {
		value, set := config[attribute.Name]
		was, there := before[attribute.Name]
		switch {
		case set:
			proposed[attribute.Name] = value
		case attribute.Computed && there:
			proposed[attribute.Name] = was
		}
	}
	return configuration(t, w.schema(), proposed)
}

// plan plans what a configuration sets.
func (w walk) plan(t *testing.T, s stored, config values) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	resp := w.planAs(t, s, nil, config)
	for _, d := range resp.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			t.Fatalf("%s: %s", d.Summary, d.Detail)
		}
	}
	return resp
}

// planAs is plan for an object with an identity, errors and all.
func (w walk) planAs(t *testing.T, s stored, identity *tfprotov6.ResourceIdentityData, config values) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	resp, err := w.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: w.typeName, PriorState: s.state, PriorPrivate: s.private, PriorIdentity: identity,
		ProposedNewState: w.proposed(t, s, config), Config: configuration(t, w.schema(), config),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func (w walk) apply(t *testing.T, s stored, config values, planned *tfprotov6.PlanResourceChangeResponse) stored {
	t.Helper()
	resp, err := w.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: w.typeName, PriorState: s.state, PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate,
		Config: configuration(t, w.schema(), config),
	})
	if err != nil {
		t.Fatal(err)
	}
	wantNone(t, resp.Diagnostics)
	return stored{resp.NewState, resp.Private}
}

// attributes takes an object apart; nothing is in one that isn't there.
func (w walk) attributes(t *testing.T, value *tfprotov6.DynamicValue) map[string]tftypes.Value {
	t.Helper()
	object, err := value.Unmarshal(w.schema().ValueType())
	if err != nil {
		t.Fatal(err)
	}
	attributes := map[string]tftypes.Value{}
	if object.IsNull() {
		return attributes
	}
	if err := object.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes
}

func (w walk) none(t *testing.T) stored {
	t.Helper()
	null, err := tfprotov6.NewDynamicValue(w.schema().ValueType(), tftypes.NewValue(w.schema().ValueType(), nil))
	if err != nil {
		t.Fatal(err)
	}
	return stored{state: &null}
}

// Terraform plans once more as it applies. Whatever the clock says by then, the
// second plan is the first, or Terraform would refuse to apply it.
func TestSavedPlanIsCarriedOutAsPlanned(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		planned, late time.Duration // since the creation
		change        string
		generation    int64
	}{
		{"not due yet, and due when it is applied", 700 * time.Hour, 800 * time.Hour, "store", 1},
		{"due", 721 * time.Hour, 800 * time.Hour, "shop", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, passing := newClockedWorld(t)
			const typeName = "keyward_corebill_api_key"
			object, _ := w.walk(t, typeName).schema().ValueType().(tftypes.Object)
			rotation, ok := object.AttributeTypes["rotation"].(tftypes.Object)
			if !ok {
				t.Fatal("the schema has no rotation")
			}
			null := func(name string) tftypes.Value { return tftypes.NewValue(rotation.AttributeTypes[name], nil) }
			config := values{
				"name": text("shop"), "permission_level": text("read"),
				"rotation": tftypes.NewValue(rotation, map[string]tftypes.Value{
					"rotate_after": text("720h"), "overlap": text("1h"),
					"rotate_when_changed": null("rotate_when_changed"), "quiet_period": null("quiet_period"), "max_overlap": null("max_overlap"),
				}),
			}
			first := w.walk(t, typeName)
			key := first.apply(t, first.none(t), config, first.plan(t, first.none(t), config))

			config["name"] = text(c.change)
			passing.advance(c.planned)()
			planning := w.walk(t, typeName)
			key = planning.refresh(t, key)
			planned := planning.plan(t, key, config)

			passing.advance(c.late - c.planned)()
			applying := w.walk(t, typeName)
			again := applying.plan(t, key, config)
			before, after := applying.attributes(t, planned.PlannedState), applying.attributes(t, again.PlannedState)
			for name, value := range before {
				if !value.Equal(after[name]) {
					t.Errorf("%s was planned as %s, and then as %s", name, value, after[name])
				}
			}
			var generation int64
			done := applying.attributes(t, applying.apply(t, key, config, again).state)
			if number, ok := asInt64(done["generation"]); ok {
				generation = number
			}
			if generation != c.generation {
				t.Errorf("generation %d, want %d", generation, c.generation)
			}
		})
	}
}

func asInt64(value tftypes.Value) (int64, bool) {
	var number big.Float
	if err := value.As(&number); err != nil {
		return 0, false
	}
	whole, accuracy := number.Int64()
	return whole, accuracy == big.Exact
}
