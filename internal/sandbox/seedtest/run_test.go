package seedtest

import (
	"fmt"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// TestPages holds every sentence of both pages that a server can show, and
// TestFacts what the other pages and the contract say, each on a database of
// its own.
func TestPages(t *testing.T) {
	runEverywhere(t, pageCases(t))
}

func TestFacts(t *testing.T) {
	runEverywhere(t, factCases())
}

// testCase is a row or a fact with the name of its subtest.
type testCase struct {
	name      string
	statement string
	check     check
	limits    bool
}

func runEverywhere(t *testing.T, cases []testCase) {
	for _, world := range []struct {
		name   string
		limits bool
	}{{"limits off", false}, {"documented limits", true}} {
		t.Run(world.name, func(t *testing.T) {
			sandboxtest.Databases(t, func(t *testing.T, database string) {
				runOn(t, database, world.limits, cases)
			})
		})
	}
}

func runOn(t *testing.T, database string, limits bool, cases []testCase) {
	w := newWorld(t, database, limits)
	for _, c := range cases {
		if c.limits != limits {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Log(c.statement)
			c.check(t, w)
		})
	}
}

// pageCases names rows by page, section and the sentence's number in it.
func pageCases(t *testing.T) []testCase {
	t.Helper()
	place := places(t)
	var cases []testCase
	for _, r := range rows() {
		cases = append(cases, testCase{place[r.page+r.sentence], r.sentence, r.check, r.limits})
	}
	return cases
}

// factCases names facts by platform, source and number.
func factCases() []testCase {
	count := map[string]int{}
	var cases []testCase
	for _, f := range facts() {
		group := f.platform + "/" + f.source
		count[group]++
		cases = append(cases, testCase{fmt.Sprintf("%s/%d", group, count[group]), f.statement, f.check, f.limits})
	}
	return cases
}
