package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"time"
)

// operation is one of Terraform's commands.
type operation string

const (
	planning   operation = "plan"
	applying   operation = "apply"
	destroying operation = "destroy"
)

// reading is what an operation on n resources of one type took.
type reading struct {
	n         int
	resource  string
	operation operation
	cost
}

// middle is the median of what several runs took, in each respect.
func middle(costs []cost) cost {
	return cost{
		wall:     medianOf(costs, func(c cost) time.Duration { return c.wall }),
		cpu:      medianOf(costs, func(c cost) time.Duration { return c.cpu }),
		all:      medianOf(costs, func(c cost) time.Duration { return c.all }),
		peak:     medianOf(costs, func(c cost) int64 { return c.peak }),
		requests: medianOf(costs, func(c cost) int64 { return c.requests }),
		limited:  medianOf(costs, func(c cost) int64 { return c.limited }),
	}
}

// measureScale measures every size with every subject.
func measureScale(ctx context.Context, b *bench) (part, error) {
	var readings []reading
	for _, n := range b.sizes {
		found, err := b.whole(ctx, n)
		if err != nil {
			return part{}, fmt.Errorf("%d resources: %w", n, err)
		}
		readings = append(readings, found...)
	}
	size := slices.Max(b.sizes)
	found, beside, err := b.planAlone(ctx, b.large, size)
	if err != nil {
		return part{}, fmt.Errorf("%d resources: %w", b.large, err)
	}
	readings = append(readings, found...)
	grown := growth(found, beside)
	return part{
		note: scaleNote, table: scaleTable(readings), targets: scaleTargets(readings, grown, size, b.large),
		why: scaleWhy(readings, size, runtime.NumCPU()) + growthWhy(grown, size, b.large),
	}, nil
}

// whole applies n resources of each subject, plans them and destroys them. What
// is compared runs in turn, so that a machine's moods reach all alike.
func (b *bench) whole(ctx context.Context, n int) (readings []reading, err error) {
	var stands []*stand
	defer func() { err = errors.Join(err, closeAll(ctx, stands)) }()
	for _, s := range subjects {
		stand, err := b.newStand(ctx, s, n)
		if err != nil {
			return nil, err
		}
		stands = append(stands, stand)
		b.progress("applying %d %s", n, s.resource)
		c, err := stand.workspace.apply(ctx)
		if err != nil {
			return nil, err
		}
		readings = append(readings, reading{n, s.resource, applying, c})
	}
	plans, err := b.plans(ctx, b.runs, stands)
	if err != nil {
		return nil, err
	}
	readings = append(readings, plans...)
	for _, stand := range stands {
		b.progress("destroying %d %s", n, stand.resource)
		c, err := stand.workspace.destroy(ctx)
		if err != nil {
			return nil, err
		}
		readings = append(readings, reading{n, stand.resource, destroying, c})
	}
	return readings, nil
}

// planAlone plans n resources of each subject, on states written from that of a
// single one. In turn with them it plans the smaller number of those that have a
// plugin, for what is compared with it.
func (b *bench) planAlone(ctx context.Context, n, smaller int) (readings, beside []reading, err error) {
	var stands []*stand
	defer func() { err = errors.Join(err, closeAll(ctx, stands)) }()
	for i, size := range []int{n, smaller} {
		for _, s := range subjects {
			if i > 0 && s.source == "" {
				continue
			}
			stand, err := b.newStand(ctx, s, size)
			if err != nil {
				return nil, nil, err
			}
			stands = append(stands, stand)
			if err := stand.fill(ctx, size-1); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", s.resource, err)
			}
		}
	}
	all, err := b.plans(ctx, min(b.runs, largeRuns), stands)
	if err != nil {
		return nil, nil, err
	}
	return all[:len(subjects)], all[len(subjects):], nil
}

// fill creates one resource and writes copies of it into the state and, where
// there is one, into the sandbox.
func (s *stand) fill(ctx context.Context, copies int) error {
	if _, err := s.workspace.run(ctx, "apply", "-auto-approve", "-input=false", "-no-color", "-target="+s.resource+".bench[0]"); err != nil {
		return err
	}
	made := make([]replacements, copies)
	for i := range made {
		made[i] = replacements{nameOf(0): nameOf(i + 1)}
	}
	if s.seed != nil {
		var err error
		if made, err = s.seed(ctx, s.world, nameOf(0), copies); err != nil {
			return err
		}
	}
	return s.workspace.multiplyState(made)
}

// largeRuns is how often the largest plan is measured, which takes minutes, and how
// often smaller ones beside it are in their turn: one alone shows what the machine
// was like in those seconds, after whatever came before.
const largeRuns = 3

// plans plans each stand as often as is asked for, in turn.
func (b *bench) plans(ctx context.Context, runs int, stands []*stand) ([]reading, error) {
	costs := make([][]cost, len(stands))
	for run := range runs {
		b.progress("planning up to %d resources of each type, run %d of %d", stands[0].n, run+1, runs)
		for i, stand := range stands {
			for range min(largeRuns, max(1, stands[0].n/stand.n)) {
				c, err := stand.workspace.plan(ctx)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", stand.resource, err)
				}
				costs[i] = append(costs[i], c)
			}
		}
	}
	var readings []reading
	for i, stand := range stands {
		readings = append(readings, reading{stand.n, stand.resource, planning, middle(costs[i])})
	}
	return readings, nil
}

func closeAll(ctx context.Context, stands []*stand) (err error) {
	for _, s := range stands {
		err = errors.Join(err, s.close(ctx))
	}
	return err
}

const scaleNote = "Seconds. A plan has nothing to change; it is the median of several, an apply and a destruction are measured once.\n" +
	"CPU is that of the plugin's processes, of which Terraform starts a few; \"all\" is Terraform with them. Memory is the\n" +
	"most that one of them had resident. `" + terraformData + "` is built into Terraform and `" + baselineKey + "` is a provider with the\n" +
	"attributes of `" + corebillKey + "` that talks to nobody: what each costs, Terraform or the plugin framework costs.\n" +
	"The sandbox runs without rate limits here."

// scaleTable lists the readings by operation, size and type.
func scaleTable(readings []reading) table {
	t := table{head: []string{"Operation", "N", "Resource", "Wall s", "CPU s", "All s", "Requests", "Memory MB"}}
	for _, o := range []operation{planning, applying, destroying} {
		for _, r := range readings {
			if r.operation != o {
				continue
			}
			row := []string{string(o), strconv.Itoa(r.n), "`" + r.resource + "`", seconds(r.wall), seconds(r.cpu), seconds(r.all),
				strconv.FormatInt(r.requests, 10), megabytes(r.peak)}
			if r.resource == terraformData {
				row[4], row[7] = "–", "–" // there is no plugin
			}
			t.add(row...)
		}
	}
	return t
}
