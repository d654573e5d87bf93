//go:build unix

package e2e_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestCrashMatrix wrecks real runs of Terraform at every moment of a key's life
// and checks what the next successful run makes of what is left. It plays a few
// rows, all of them with KEYWARD_MATRIX=full, which also writes the table to
// docs/contributing/crash-matrix.md.
func TestCrashMatrix(t *testing.T) {
	full := os.Getenv("KEYWARD_MATRIX") == "full"
	var told table
	t.Run("rows", func(t *testing.T) {
		starts := starts{}
		for _, p := range matrixPlatforms {
			for _, s := range scenes() {
				for _, c := range crashes {
					told.run(t, p, s, c, starts, full)
				}
			}
		}
	})
	told.finish(t, full)
}

// run plays a row, if it is one and is to be played now.
func (told *table) run(t *testing.T, p matrixPlatform, s scene, c crash, starts starts, full bool) {
	entry := result{platform: p.name, life: s.life, moment: s.moment, crash: c}
	name := strings.Join([]string{p.name, s.life, s.moment, string(c)}, "/")
	reason, all := s.skip[""]
	if all {
		entry.crash = "any"
	} else {
		reason = s.skip[c]
	}
	switch {
	case all && c != crashes[0], !all && !s.plays(c):
	case reason != "":
		entry.verdict, entry.skipped = reason, true
		told.add(&entry)
	case full || slices.Contains(fastRows, name):
		told.add(&entry)
		from := starts.of(t, p, s)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, p, s, c, from, &entry)
		})
	}
}

// starts are what the rows begin with.
type starts map[string]*start

// of returns what a scene's rows begin with: one for all scenes with the same
// configuration and the same runs before the wrecked one. t is the test of all rows.
func (all starts) of(t *testing.T, p matrixPlatform, s scene) *start {
	t.Helper()
	key := p.configuration(s, "") + fmt.Sprintf("encrypted: %t, lapses: %t", s.encrypted, s.lapses)
	for _, step := range s.before {
		var struck strike
		if step.struck != nil {
			struck = *step.struck
		}
		step.struck = nil
		key += fmt.Sprintf("\n%+v %+v", step, struck)
	}
	if all[key] == nil {
		all[key] = &start{dir: t.TempDir()}
	}
	return all[key]
}

// fastRows are those that every `go test` plays: one of each kind of danger.
var fastRows = []string{
	"Corebill/first create/after the POST committed, before its answer/" + string(killsProvider),
	"Corebill/first create/after the POST committed, before its answer/" + string(cuts),
	"Corebill/first create/after the PATCH committed, before its answer/" + string(killsAll),
	"Corebill/rotation, overlap 24h/before the verification/" + string(killsAll),
	"Corebill/rotation, overlap 24h/after the PATCH committed, before its answer/" + string(killsProvider),
	"Corebill/rotation, overlap 24h/after the PATCH committed, before its answer/" + string(interrupts),
	"Corebill/rotation, overlap 24h/after the revocation committed, before its answer/" + string(killsProvider),
	"Corebill/rotation, overlap 0s/after the revocation committed, before its answer/" + string(killsAll),
	"Billium/first create/after the POST's answer/" + string(killsAll),
	"Billium/first create/before the PATCH/" + string(throttles),
	"Billium/rotation, overlap 24h/after the POST committed, before its answer/" + string(cutsOff),
	"Billium/rotation, overlap 24h/during destroy, after the first revocation committed/" + string(killsProvider),
	"Billium/rotation, overlap 24h, on_conflict = \"allow\"/after the PATCH committed, before its answer/" + string(killsProvider),
	"Billium/rotation, overlap 24h, token_encryption/after the verification, before its answer/" + string(interrupts),
}
