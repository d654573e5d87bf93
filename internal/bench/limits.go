package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
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
)

// perCreation is how many requests create a first key: one creates it, one gives it
// its name.
const perCreation = 2

// ideal returns how long n creations take at the documented rate.
func ideal(n int) time.Duration { return limitWindow * time.Duration(perCreation*n) / limitPerWindow }

// measureLimits creates keys under the documented limits: in one run, and in two
// that share the budget.
func measureLimits(ctx context.Context, b *bench) (part, error) {
	t := table{head: []string{"Run", "Keys", "Ideal s", "Wall s", "Requests", "429s"}}
	row := func(name string, keys int, c cost) {
		t.add(name, strconv.Itoa(keys), seconds(ideal(keys)), seconds(c.wall), strconv.FormatInt(c.requests, 10), strconv.FormatInt(c.limited, 10))
	}
	b.progress("creating %d keys, which takes about %s by nature", b.creates, ideal(b.creates))
	alone, err := b.limited(ctx, b.creates, 1)
	if err != nil {
		return part{}, err
	}
	row("one run", b.creates, alone)
	half := (b.creates + 3) / 4
	b.progress("creating twice %d keys at the same time, which takes about %s", half, ideal(2*half))
	shared, err := b.limited(ctx, half, 2)
	finished := "yes"
	if err != nil {
		b.progress("%v", err)
		finished = "no"
	}
	row("two runs at the same time", 2*half, shared)
	return part{
		note: "Billium allows 50 requests a minute from one address; at that rate the keys alone, two requests each, take the ideal time. A window's requests\n" +
			"may all be made at its start, so that a few keys can take less. 429s are what the sandbox answered, whether or not the\n" +
			"provider tried again.",
		table: t,
		targets: []target{
			atMost(fmt.Sprintf("%d creations under Billium's limits ÷ the ideal", b.creates), ratio(alone.wall, ideal(b.creates)), mostOfIdeal, "%.2f"),
			atMost(fmt.Sprintf("429s during %d creations", b.creates), float64(alone.limited), 0, "%.0f"),
			{"two runs that share the budget: both finish, no error", "yes", finished, err == nil},
		},
	}, nil
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
		config := fmt.Sprintf("locals {\n  run = %d\n}\n\n", i) + limitedKeys(n)
		s, err := b.newWorkspace(w, config)
		if err != nil {
			return total, err
		}
		group.Go(func() { _, errs[i] = s.apply(ctx) })
	}
	group.Wait()
	total = cost{wall: time.Since(began), requests: w.requests.Load(), limited: w.limited.Load()}
	return total, errors.Join(errs...)
}

// limitedKeys is a configuration of n keys on Billium whose names tell the run.
func limitedKeys(n int) string {
	s := subject{resource: billiumKey, source: "keyward/keyward", body: `name = "run-${local.run}-${count.index}"
  permissions = ["invoice:view"]`}
	return s.config(n)
}
