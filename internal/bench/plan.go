package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

// What a plan of many keys may cost.
const (
	mostOfBaseline   = 0.6  // of the wall time of the minimal provider
	mostOfTerraform  = 3.0  // of that of terraform_data
	pageSize         = 100  // keys that a list request returns
	mostMemory       = 90e6 // bytes
	mostGrowthTo5000 = 5.5  // of the plugin's CPU, from 1,000 keys
	// largeRuns is how often the largest plan is measured, which takes minutes, and how
	// often smaller ones beside it are in their turn: one alone shows what the machine
	// was like in those seconds, after whatever came before.
	largeRuns = 3
)

const (
	corebill      = "corebill"
	billium       = "billium"
	corebillKey   = "keyward_corebill_api_key"
	billiumKey    = "keyward_billium_api_key"
	baselineKey   = "baseline_key"
	terraformData = "terraform_data"
)

// subject is a type of resource to measure.
type subject struct {
	resource string
	provider string // its name; empty where Terraform has it built in
	platform string // empty where no platform knows of it
	body     string // of the resource's block
}

var subjects = []subject{
	{corebillKey, "keyward", corebill, `name = "bench-${count.index}"
  permission_level = "read"`},
	{billiumKey, "keyward", billium, `name = "bench-${count.index}"
  permissions = ["invoice:view"]`},
	{baselineKey, "baseline", "", `name = "bench-${count.index}"
  permission_level = "read"`},
	{terraformData, "", "", `input = "bench-${count.index}"`},
}

// config is a configuration of n of them.
func (s subject) config(n int) string {
	block := fmt.Sprintf("resource %q \"bench\" {\n  count = %d\n  %s\n}\n", s.resource, n, s.body)
	if s.provider == "" {
		return block
	}
	return fmt.Sprintf("terraform {\n  required_providers {\n    %[1]s = { source = \"keyward/%[1]s\" }\n  }\n}\n\n%s", s.provider, block)
}

// stand is n resources of a subject in a workspace, with a sandbox of their own where
// they need one.
type stand struct {
	subject
	*workspace
	n int
}

func (b *bench) newStand(ctx context.Context, s subject, n int) (out *stand, err error) {
	var w *world
	if s.platform != "" {
		if w, err = b.newWorld(ctx, sandbox.RateLimitsOff); err != nil {
			return nil, err
		}
	}
	workspace, err := b.newWorkspace(w, s.config(n))
	return &stand{s, workspace, n}, err
}

func closeAll(ctx context.Context, stands []*stand) (err error) {
	for _, s := range stands {
		if s.world != nil {
			err = errors.Join(err, s.world.close(ctx))
		}
	}
	return err
}

// reading is what an operation on N resources of one type took.
type reading struct {
	Operation string // plan, apply or destroy
	N         int
	Resource  string
	cost
}

// plans is what the section found.
type plans struct {
	Readings []reading
	Size     int // the largest that is applied, too
	Large    int
	Cores    int
	// Beside are the plans of Size that ran in turn with those of Large.
	Beside []reading
}

// measurePlans measures every size with every subject.
func measurePlans(ctx context.Context, b *bench, p *page) error {
	found := plans{Size: slices.Max(b.counts), Large: b.large, Cores: runtime.NumCPU()}
	for _, n := range b.counts {
		readings, err := b.whole(ctx, n)
		if err != nil {
			return fmt.Errorf("%d resources: %w", n, err)
		}
		found.Readings = append(found.Readings, readings...)
	}
	all, err := b.planAlone(ctx, b.large, found.Size)
	if err != nil {
		return fmt.Errorf("%d resources: %w", b.large, err)
	}
	found.Readings, found.Beside = append(found.Readings, all[:len(subjects)]...), all[len(subjects):]
	slices.SortStableFunc(found.Readings, func(a, b reading) int { return order(a.Operation) - order(b.Operation) })
	p.Plan = found
	p.planTargets()
	return nil
}

func order(operation string) int {
	return slices.Index([]string{"plan", "apply", "destroy"}, operation)
}

// whole applies n resources of each subject, plans them and destroys them.
func (b *bench) whole(ctx context.Context, n int) (readings []reading, err error) {
	var stands []*stand
	defer func() { err = errors.Join(err, closeAll(ctx, stands)) }()
	once := func(operation string, s *stand) error {
		progress("%s of %d %s", operation, n, s.resource)
		c, err := s.run(ctx, operation, "-auto-approve")
		readings = append(readings, reading{operation, n, s.resource, c})
		return err
	}
	for _, s := range subjects {
		stand, err := b.newStand(ctx, s, n)
		if err != nil {
			return nil, err
		}
		stands = append(stands, stand)
		if err := once("apply", stand); err != nil {
			return nil, err
		}
	}
	plans, err := b.plans(ctx, b.runs, stands)
	if err != nil {
		return nil, err
	}
	for _, stand := range stands {
		if err := once("destroy", stand); err != nil {
			return nil, err
		}
	}
	return append(readings, plans...), nil
}

// planAlone plans n resources of each subject, on states written from that of a
// single one. In turn with them it plans the smaller number of those that have a
// plugin, for what is compared with it.
func (b *bench) planAlone(ctx context.Context, n, smaller int) (readings []reading, err error) {
	var stands []*stand
	defer func() { err = errors.Join(err, closeAll(ctx, stands)) }()
	for i, size := range []int{n, smaller} {
		for _, s := range subjects {
			if i > 0 && s.provider == "" {
				continue
			}
			stand, err := b.newStand(ctx, s, size)
			if err != nil {
				return nil, err
			}
			stands = append(stands, stand)
			progress("preparing %d %s", size, s.resource)
			if err := stand.fill(ctx); err != nil {
				return nil, fmt.Errorf("%s: %w", s.resource, err)
			}
		}
	}
	return b.plans(ctx, min(b.runs, largeRuns), stands)
}

// plans plans each stand as often as is asked for.
func (b *bench) plans(ctx context.Context, runs int, stands []*stand) ([]reading, error) {
	progress("planning up to %d resources of each type, %d times", stands[0].n, runs)
	costs, err := repeat(runs, stands, func(s *stand) (all []cost, err error) {
		for range min(largeRuns, max(1, stands[0].n/s.n)) {
			c, err := s.run(ctx, "plan", "-detailed-exitcode") // fails if there is anything to change
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.resource, err)
			}
			all = append(all, c)
		}
		return all, nil
	})
	readings := make([]reading, len(costs))
	for i, c := range costs {
		readings[i] = reading{"plan", stands[i].n, stands[i].resource, middle(slices.Concat(c...))}
	}
	return readings, err
}

// middle is the median of what several runs took, in each respect.
func middle(costs []cost) cost {
	return cost{
		Wall:     median(costs, func(c cost) time.Duration { return c.Wall }),
		CPU:      median(costs, func(c cost) time.Duration { return c.CPU }),
		All:      median(costs, func(c cost) time.Duration { return c.All }),
		Peak:     median(costs, func(c cost) int64 { return c.Peak }),
		Requests: median(costs, func(c cost) int64 { return c.Requests }),
		Limited:  median(costs, func(c cost) int64 { return c.Limited }),
	}
}

// fill creates the first resource with Terraform, and the others in the sandbox,
// where there is one, and in the state.
func (s *stand) fill(ctx context.Context) error {
	if _, err := s.run(ctx, "apply", "-auto-approve", "-target="+s.resource+".bench[0]"); err != nil {
		return err
	}
	path := filepath.Join(s.dir, "terraform.tfstate")
	state, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the state: %w", err)
	}
	keys := make([]made, s.n)
	for i := 1; s.platform != "" && i < s.n; i++ {
		if keys[i], err = s.world.create(ctx, s.platform, fmt.Sprintf("bench-%d", i)); err != nil {
			return err
		}
	}
	if state, err = multiply(state, keys); err != nil {
		return err
	}
	return os.WriteFile(path, state, 0o600)
}

// multiply adds instances to a state that has one: one for each key but the first,
// with its name, index and, unless the key is the zero value, what its creation told.
func multiply(state []byte, keys []made) ([]byte, error) {
	var root map[string]any
	if err := json.Unmarshal(state, &root); err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	resources, _ := root["resources"].([]any)
	if len(resources) != 1 {
		return nil, fmt.Errorf("the state has %d resources, not one", len(resources))
	}
	resource, _ := resources[0].(map[string]any)
	instances, _ := resource["instances"].([]any)
	if len(instances) != 1 {
		return nil, fmt.Errorf("the state has %d instances, not one", len(instances))
	}
	first, err := json.Marshal(instances[0])
	if err != nil {
		return nil, err
	}
	var told struct {
		Attributes struct {
			ID      json.RawMessage `json:"id"`
			Prefix  json.RawMessage `json:"key_prefix"`
			Created json.RawMessage `json:"created_at"`
		} `json:"attributes"`
	}
	if err := json.Unmarshal(first, &told); err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	for i, key := range keys[1:] {
		texts := []string{`"bench-0"`, fmt.Sprintf(`"bench-%d"`, i+1), `"index_key":0`, fmt.Sprintf(`"index_key":%d`, i+1)}
		if key.id != nil {
			texts = append(texts, string(told.Attributes.ID), string(key.id), string(told.Attributes.Prefix), string(key.prefix),
				string(told.Attributes.Created), string(key.created))
		}
		instances = append(instances, json.RawMessage(strings.NewReplacer(texts...).Replace(string(first))))
	}
	resource["instances"] = instances
	return json.Marshal(root)
}

// planTargets compares the readings of the size with the baselines, and the plugin's
// growth to the large size with what is linear.
func (p *page) planTargets() {
	size, large := p.Plan.Size, p.Plan.Large
	for _, resource := range p.Plan.Keys() {
		plan := p.Plan.of("plan", resource)
		what := fmt.Sprintf("plan of %d unchanged `%s`", size, resource)
		peak := max(plan.Peak, p.Plan.of("apply", resource).Peak, p.Plan.of("destroy", resource).Peak)
		p.atMost(what+" ÷ the minimal provider", ratio(plan.Wall, p.Plan.of("plan", baselineKey).Wall), mostOfBaseline, "%.2f")
		p.atMost(what+" ÷ `terraform_data`", ratio(plan.Wall, p.Plan.of("plan", terraformData).Wall), mostOfTerraform, "%.2f")
		p.atMost(what+", requests", float64(plan.Requests), float64((size+pageSize-1)/pageSize+3), "%.0f")
		p.atMost(fmt.Sprintf("peak memory at %d `%s`, MB", size, resource), float64(peak)/1e6, mostMemory/1e6, "%.0f")
		p.atMost(fmt.Sprintf("plugin's CPU, plan of %d ÷ plan of %d `%s`", large, size, resource),
			p.Plan.Growth(resource), mostGrowthTo5000*p.Plan.Linear()/5, "%.1f")
	}
}

// of is the reading of the size.
func (p plans) of(operation, resource string) cost {
	return find(p.Readings, operation, p.Size, resource)
}

// find returns a reading's cost, the zero value where there is none.
func find(readings []reading, operation string, n int, resource string) cost {
	for _, r := range readings {
		if r.Operation == operation && r.N == n && r.Resource == resource {
			return r.cost
		}
	}
	return cost{}
}

// Keys are the resources with targets.
func (plans) Keys() []string { return []string{corebillKey, billiumKey} }

// Growth is how many times the CPU of a plugin's plans grew from the size to the large
// one, of plans that ran in turn.
func (p plans) Growth(resource string) float64 {
	return ratio(find(p.Readings, "plan", p.Large, resource).CPU, find(p.Beside, "plan", p.Size, resource).CPU)
}

// Linear is how many times more the large number is.
func (p plans) Linear() float64 { return float64(p.Large) / float64(p.Size) }

// Core is the CPU that Terraform itself takes for a plan of the size, in seconds.
func (p plans) Core(resource string) float64 {
	plan := p.of("plan", resource)
	return (plan.All - plan.CPU).Seconds()
}

// Floor is how many times the wall time of terraform_data a plan would take with a
// plugin that costs nothing and all cores busy.
func (p plans) Floor(resource string) float64 {
	return ratio(p.Core(resource)/float64(p.Cores), p.of("plan", terraformData).Wall.Seconds())
}
