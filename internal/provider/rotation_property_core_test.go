package provider_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// action is what a plan does to the one resource of a stack.
type action string

const (
	nothing action = "nothing"
	create  action = "create"
	update  action = "update"
	replace action = "replace"
	destroy action = "destroy"
)

// stack is a state with one resource in it, under the rules of Terraform's core:
// each walk has a provider process of its own, an apply plans once more, and what
// was planned must be what is done.
type stack struct {
	*world
	typeName string
	schemas  *tfprotov6.GetProviderSchemaResponse

	// file is the state as it was last written, and serial how often it was.
	file    stored
	serial  int
	tainted bool
	// serving is the provider that carries something out, and stopped whether Terraform
	// was interrupted meanwhile.
	serving atomic.Pointer[walk]
	stopped atomic.Bool
	// aftermath waits for what happens to the last request, if anything does.
	aftermath func()
	// broken are rules of the core that the provider broke.
	broken []string
}

func newStack(t *testing.T, w *world, typeName string) *stack {
	t.Helper()
	first := w.walk(t, typeName)
	return &stack{world: w, typeName: typeName, schemas: first.schemas, file: first.none(t)}
}

// process starts a provider.
func (s *stack) process(t *testing.T) walk {
	t.Helper()
	server, err := s.providers()["keyward"]()
	if err != nil {
		t.Fatal(err)
	}
	return s.configure(t, server)
}

// configure configures a provider from the environment.
func (s *stack) configure(t *testing.T, server tfprotov6.ProviderServer) walk {
	t.Helper()
	resp, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.15.0", Config: configuration(t, s.schemas.Provider, nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	wantNone(t, resp.Diagnostics)
	return walk{&protocol{server, s.schemas}, s.typeName}
}

// proposal is a plan, perhaps a saved one.
type proposal struct {
	action action
	// config is nil for a resource that is to be destroyed.
	config  values
	prior   stored
	tainted bool
	// serial is that of the state that was refreshed.
	serial int
	// after and private are what was planned of the object that there will be.
	after   *tfprotov6.DynamicValue
	private []byte
	diags   []*tfprotov6.Diagnostic
}

func (p *proposal) failed() bool { return failed(p.diags) }

func failed(diags []*tfprotov6.Diagnostic) bool {
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

// planning is how a plan is made.
type planning struct {
	refresh bool
	// replace is the -replace option.
	replace bool
	// apart is whether a destruction is planned by another process than the one
	// that refreshed, as `terraform destroy` does it.
	apart bool
}

// plan makes a plan for a configuration, nil for none.
func (s *stack) plan(ctx context.Context, t *testing.T, config values, how planning) *proposal {
	t.Helper()
	w := s.process(t)
	p := &proposal{action: nothing, config: config, prior: s.file, tainted: s.tainted, serial: s.serial}
	if how.refresh && w.exists(t, p.prior) {
		s.read(ctx, t, w, p)
	}
	if p.failed() {
		return p
	}
	there := w.exists(t, p.prior)
	switch {
	case config == nil && !there:
	case config == nil:
		if how.apart {
			w = s.process(t)
		}
		p.action = destroy
		s.change(ctx, t, w, p, p.prior, w.none(t).state, w.none(t).state)
	case !there, p.tainted:
		p.action = create
		if there {
			p.action = replace
		}
		s.propose(ctx, t, w, p, w.none(t))
	default:
		s.planUpdate(ctx, t, w, p, how.replace)
	}
	return p
}

func (s *stack) read(ctx context.Context, t *testing.T, w walk, p *proposal) {
	t.Helper()
	resp, err := w.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: s.typeName, CurrentState: p.prior.state, Private: p.prior.private})
	if err != nil {
		t.Fatal(err)
	}
	p.diags = append(p.diags, resp.Diagnostics...)
	if failed(resp.Diagnostics) {
		return
	}
	p.prior = stored{resp.NewState, resp.Private}
	if !w.exists(t, p.prior) {
		p.prior, p.tainted = w.none(t), false
	}
}

func (s *stack) planUpdate(ctx context.Context, t *testing.T, w walk, p *proposal, replaced bool) {
	t.Helper()
	p.action = update
	s.propose(ctx, t, w, p, p.prior)
	switch {
	case p.failed():
	case replaced:
		p.action = replace
		s.propose(ctx, t, w, p, stored{w.none(t).state, p.private})
	case w.same(t, p.prior.state, p.after):
		p.action = nothing
	}
}

// propose plans the configuration on a prior object, as it is proposed.
func (s *stack) propose(ctx context.Context, t *testing.T, w walk, p *proposal, prior stored) {
	t.Helper()
	s.change(ctx, t, w, p, prior, w.proposed(t, prior, p.config), configuration(t, w.schema(), p.config))
}

func (s *stack) change(ctx context.Context, t *testing.T, w walk, p *proposal, prior stored, proposed, config *tfprotov6.DynamicValue) {
	t.Helper()
	resp, err := w.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: s.typeName, PriorState: prior.state, PriorPrivate: prior.private, ProposedNewState: proposed, Config: config,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(resp.RequiresReplace) > 0 {
		s.broken = append(s.broken, fmt.Sprintf("a plan wants a replacement for %v", resp.RequiresReplace))
	}
	p.diags = append(p.diags, resp.Diagnostics...)
	p.after, p.private = resp.PlannedState, resp.PlannedPrivate
	if !p.failed() && p.config != nil {
		s.conforms(t, w, "a plan has another value than the configuration", p.config, w.attributes(t, p.after))
	}
}

// apply carries a plan out and writes the state, but for what happens after ctx
// is done: Terraform is dead then.
func (s *stack) apply(ctx context.Context, t *testing.T, p *proposal) []*tfprotov6.Diagnostic {
	t.Helper()
	w := s.process(t)
	s.serving.Store(&w)
	s.stopped.Store(false)
	if p.action == nothing {
		s.write(p.prior)
		s.tainted = p.tainted
		return nil
	}
	prior := p.prior
	if p.action == replace || p.action == destroy {
		diags := s.carryOut(ctx, t, w, prior, w.none(t).state, w.none(t).state, p.private)
		if p.action == destroy || failed(diags) || ctx.Err() != nil || s.stopped.Load() {
			return diags
		}
		prior = w.none(t)
	}
	again := &proposal{config: p.config}
	s.propose(ctx, t, w, again, prior)
	if again.failed() || ctx.Err() != nil {
		return again.diags
	}
	s.conforms(t, w, "the plan of the apply differs from the plan", w.attributes(t, p.after), w.attributes(t, again.after))
	return s.carryOut(ctx, t, w, prior, again.after, configuration(t, w.schema(), p.config), again.private)
}

// write writes the state.
func (s *stack) write(file stored) {
	s.file = file
	s.serial++
}

// interrupt is Ctrl-C: Terraform tells the provider to stop, and writes the state once
// it has answered.
func (s *stack) interrupt(ctx context.Context) error {
	s.stopped.Store(true)
	_, err := s.serving.Load().StopProvider(ctx, &tfprotov6.StopProviderRequest{})
	return err
}

func (s *stack) carryOut(ctx context.Context, t *testing.T, w walk, prior stored, after, config *tfprotov6.DynamicValue, private []byte) []*tfprotov6.Diagnostic {
	t.Helper()
	resp, err := w.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: s.typeName, PriorState: prior.state, PlannedState: after, PlannedPrivate: private, Config: config,
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.aftermath != nil {
		s.aftermath()
	}
	if ctx.Err() != nil {
		return resp.Diagnostics
	}
	s.write(stored{resp.NewState, resp.Private})
	wanted := len(w.attributes(t, after)) > 0
	there := w.exists(t, s.file)
	s.tainted = there && failed(resp.Diagnostics) && (s.tainted || !w.exists(t, prior))
	if !there {
		s.file = w.none(t)
	}
	if !failed(resp.Diagnostics) && wanted != there {
		s.broken = append(s.broken, "an apply without an error leaves no object, or one that was to be destroyed")
	}
	if !failed(resp.Diagnostics) && wanted {
		s.conforms(t, w, "the apply did something else than was planned", w.attributes(t, after), w.attributes(t, s.file.state))
	}
	return resp.Diagnostics
}

// conforms notes where a value that was known is another one later.
func (s *stack) conforms(t *testing.T, w walk, rule string, before, after map[string]tftypes.Value) {
	t.Helper()
	for name, value := range before {
		if later, ok := after[name]; !ok || !conforms(value, later) {
			s.broken = append(s.broken, fmt.Sprintf("%s: %s was %s and is %s", rule, name, value, later))
		}
	}
}

// conforms reports whether all that is known of a value is so of a later one.
func conforms(before, after tftypes.Value) bool {
	if !before.IsKnown() {
		return true
	}
	var inner, later map[string]tftypes.Value
	if before.Type().Is(tftypes.Object{}) && !before.IsNull() && !after.IsNull() && after.IsKnown() {
		if before.As(&inner) != nil || after.As(&later) != nil {
			return false
		}
		for name, value := range inner {
			if !conforms(value, later[name]) {
				return false
			}
		}
		return true
	}
	return before.Equal(after)
}

func (w walk) exists(t *testing.T, object stored) bool {
	t.Helper()
	return len(w.attributes(t, object.state)) > 0
}

func (w walk) same(t *testing.T, one, other *tfprotov6.DynamicValue) bool {
	t.Helper()
	if one == nil || other == nil {
		return one == other
	}
	values, others := w.attributes(t, one), w.attributes(t, other)
	for name, value := range values {
		if !value.Equal(others[name]) {
			return false
		}
	}
	return len(values) == len(others)
}
