package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

const (
	// Billium's limit per client address. Source: Billium's documentation, "Rate
	// limits".
	limitPerWindow = 50
	limitWindow    = time.Minute
	// mostOfIdeal is how long many creations may take, of the time that the limit
	// asks for.
	mostOfIdeal = 1.05
	// perCreation is how many requests create a first key: one creates it, one gives
	// it its name.
	perCreation = 2
)

// ideal returns how long n creations take at the documented rate.
func ideal(n int) time.Duration { return limitWindow * time.Duration(perCreation*n) / limitPerWindow }

// limitedRun is what creations under the limits took.
type limitedRun struct {
	Name  string
	Keys  int
	Ideal time.Duration
	cost
}

// measureLimits creates keys under the documented limits: in one run, and in two
// that share the budget.
func measureLimits(ctx context.Context, b *bench, p *page) error {
	half := (b.creates + 3) / 4
	progress("creating %d keys, and twice %d at the same time, which takes %s by nature", b.creates, half, ideal(b.creates+2*half))
	alone, err := b.limited(ctx, b.creates, 1)
	if err != nil {
		return err
	}
	shared, err := b.limited(ctx, half, 2)
	finished := "yes"
	if err != nil {
		progress("%v", err)
		finished = "no"
	}
	p.Limits = []limitedRun{{"one run", b.creates, ideal(b.creates), alone}, {"two runs at the same time", 2 * half, ideal(2 * half), shared}}
	p.atMost(fmt.Sprintf("%d creations under Billium's limits ÷ the ideal", b.creates), ratio(alone.Wall, ideal(b.creates)), mostOfIdeal, "%.2f")
	p.atMost(fmt.Sprintf("429s during %d creations", b.creates), float64(alone.Limited), 0, "%.0f")
	p.Targets = append(p.Targets, target{"two runs that share the budget: both finish, no error", "yes", finished, err == nil})
	return nil
}

// limited creates n keys in each of several runs at the same time, on one
// sandbox, and returns what they took together.
func (b *bench) limited(ctx context.Context, n, runs int) (total cost, err error) {
	w, err := b.newWorld(ctx, sandbox.RateLimitsDocumented)
	if err != nil {
		return total, err
	}
	defer func() { err = errors.Join(err, w.close(ctx)) }()
	errs := make([]error, runs)
	var group sync.WaitGroup
	began := time.Now()
	for i := range runs {
		s, err := b.newWorkspace(w, subject{billiumKey, "keyward", billium, fmt.Sprintf("name = \"run-%d-${count.index}\"\n  permissions = [\"invoice:view\"]", i)}.config(n))
		if err != nil {
			return total, err
		}
		group.Go(func() { _, errs[i] = s.run(ctx, "apply", "-auto-approve") })
	}
	group.Wait()
	return cost{Wall: time.Since(began), Requests: w.requests.Load(), Limited: w.limited.Load()}, errors.Join(errs...)
}
