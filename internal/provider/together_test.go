package provider_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// track is what happens to one object, step by step.
type track struct {
	// about is in all that Terraform says of the object: its address, or the part of it
	// that no other track's has.
	about string
	steps []resource.TestStep
	// named is in what Terraform says of the object without an address, which it leaves out
	// for a resource that is not in the configuration; "" for nothing.
	named string
}

// runTogether plays all tracks at once, as a command of Terraform takes as long for
// many objects as for one: the first steps of all are one configuration, then the second
// ones. Where they expect errors, there must be one about each.
func (w *world) runTogether(t *testing.T, tracks ...track) {
	t.Helper()
	var expecting refusals
	var steps []resource.TestStep
	for i, first := range tracks[0].steps {
		if !first.ImportState {
			steps = append(steps, expecting.together(t, i, tracks))
			continue
		}
		for _, track := range tracks { // an import is of one object
			steps = append(steps, track.steps[i])
		}
	}
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: w.providers(), Steps: steps, ErrorCheck: expecting.check})
	expecting.wantMet(t)
}

// runBoth is runTogether with a key of each platform.
func (w *world) runBoth(t *testing.T, steps func(c keyCase) []resource.TestStep) {
	t.Helper()
	var tracks []track
	for _, c := range bothCases {
		tracks = append(tracks, track{about: "keyward_" + c.platform + "_", steps: steps(c)})
	}
	w.runTogether(t, tracks...)
}

// once is a step's PreConfig for all platforms of runBoth, such as time that passes.
func (c keyCase) once(do func()) func() {
	if c.platform != bothCases[0].platform {
		return func() {}
	}
	return do
}

// refusals are the errors that the step expects which is running.
type refusals struct {
	step  int
	want  map[string]*regexp.Regexp
	named map[string]string
}

// check fails unless each object has an error that says what is expected.
func (r *refusals) check(err error) error {
	if len(r.want) == 0 {
		return err
	}
	told := newError.Split(err.Error(), -1)
	var missing []error
	for about, want := range r.want {
		if !slices.ContainsFunc(told, func(text string) bool {
			return (strings.Contains(text, about) || r.named[about] != "" && strings.Contains(text, r.named[about])) && want.MatchString(text)
		}) {
			missing = append(missing, fmt.Errorf("no error about %s says %q", about, want))
		}
	}
	r.want = nil
	if len(missing) > 0 {
		return errors.Join(append(missing, err)...)
	}
	return nil
}

func (r *refusals) wantMet(t *testing.T) {
	t.Helper()
	if len(r.want) > 0 {
		t.Fatalf("step %d: expected errors, but got none: %q", r.step, r.want)
	}
}

// together makes one step of the ith ones.
func (r *refusals) together(t *testing.T, i int, tracks []track) resource.TestStep {
	t.Helper()
	var (
		whole   resource.TestStep
		config  []string
		prepare []func()
		want    = map[string]*regexp.Regexp{}
		named   = map[string]string{}
	)
	for _, track := range tracks {
		if len(track.steps) != len(tracks[0].steps) {
			t.Fatalf("%s has %d steps, %s has %d", track.about, len(track.steps), tracks[0].about, len(tracks[0].steps))
		}
		step := track.steps[i]
		if step.Config != "" {
			config = append(config, step.Config)
		}
		if step.PreConfig != nil {
			prepare = append(prepare, step.PreConfig)
		}
		if step.ExpectError != nil {
			want[track.about], named[track.about] = step.ExpectError, track.named
		}
		whole.Taint = append(whole.Taint, step.Taint...)
		whole.ConfigStateChecks = append(whole.ConfigStateChecks, step.ConfigStateChecks...)
		whole.ConfigPlanChecks.PreApply = append(whole.ConfigPlanChecks.PreApply, step.ConfigPlanChecks.PreApply...)
		wantSameKind(t, i, step, tracks[0].steps[i])
	}
	if len(want) > 0 && len(want) < len(tracks) {
		t.Fatalf("step %d: some expect an error, and some don't", i+1)
	}
	first := tracks[0].steps[i]
	whole.PlanOnly, whole.Destroy, whole.RefreshState, whole.ExpectNonEmptyPlan = first.PlanOnly, first.Destroy, first.RefreshState, first.ExpectNonEmptyPlan
	whole.Config = strings.Join(config, "\n")
	whole.PreConfig = func() {
		r.wantMet(t)
		for _, do := range prepare {
			do()
		}
		r.step, r.want, r.named = i+1, want, named
	}
	return whole
}

// wantSameKind fails where steps can't be one, or have what together knows nothing of.
func wantSameKind(t *testing.T, i int, step, first resource.TestStep) {
	t.Helper()
	for _, s := range []*resource.TestStep{&step, &first} {
		s.Config, s.PreConfig, s.ExpectError, s.Taint, s.ConfigStateChecks, s.ConfigPlanChecks.PreApply = "", nil, nil, nil, nil, nil
	}
	if !reflect.DeepEqual(step, first) {
		t.Fatalf("step %d: these steps can't be one", i+1)
	}
	step.PlanOnly, step.Destroy, step.RefreshState, step.ExpectNonEmptyPlan = false, false, false, false
	if !reflect.ValueOf(step).IsZero() {
		t.Fatalf("step %d: it has what can't be joined", i+1)
	}
}

// rows are data sources or outputs that are read in one step, each with its checks.
type rows struct {
	config strings.Builder
	count  int
	checks []statecheck.StateCheck
}

// data adds a data source and returns its address.
func (r *rows) data(typeName, body string) (address string) {
	r.count++
	fmt.Fprintf(&r.config, "data %q \"row_%d\" {\n%s\n}\n", typeName, r.count, body)
	return fmt.Sprintf("data.%s.row_%d", typeName, r.count)
}

// output adds an output and returns its name.
func (r *rows) output(expression string) (name string) {
	r.count++
	fmt.Fprintf(&r.config, "output \"row_%d\" { value = %s }\n", r.count, expression)
	return fmt.Sprintf("row_%d", r.count)
}

// check adds checks of a row, which name it where they fail.
func (r *rows) check(name string, checks ...statecheck.StateCheck) {
	for _, check := range checks {
		r.checks = append(r.checks, namedCheck{check, name})
	}
}

func (r *rows) step() resource.TestStep {
	return resource.TestStep{Config: r.config.String(), ConfigStateChecks: r.checks}
}

type namedCheck struct {
	statecheck.StateCheck

	name string
}

func (c namedCheck) CheckState(ctx context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	if c.StateCheck.CheckState(ctx, req, resp); resp.Error != nil {
		resp.Error = fmt.Errorf("%s: %w", c.name, resp.Error)
	}
}
