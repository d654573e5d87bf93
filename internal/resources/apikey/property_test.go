package apikey

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
)

// game is a random sequence: workspaces with one credential and one account, people
// and programs, crashes and interruptions.
type game struct {
	*stage
	random     *rand.Rand
	workspaces []*workspace
	configs    []*model
	saved      []*savedPlan
	// held are the ids of the keys whose token a state, or a person, has had.
	held map[string]bool
	// listed are the ids that an applied plan lists for revocation.
	listed map[string]bool
	steps  []string
}

func newGame(t *testing.T, seed uint64) *game {
	s := newStage(t)
	g := &game{stage: s, random: rand.New(rand.NewPCG(seed, 7)), held: map[string]bool{s.first.credential: true}, listed: map[string]bool{}}
	for range 2 {
		g.workspaces = append(g.workspaces, s.workspace())
		g.configs = append(g.configs, declared("shop", "1", "24h"))
		g.saved = append(g.saved, nil)
	}
	return g
}

func (g *game) note(format string, args ...any) {
	g.steps = append(g.steps, fmt.Sprintf(format, args...))
}

// step does something.
func (g *game) step() {
	i := g.random.IntN(len(g.workspaces))
	switch w := g.workspaces[i]; g.random.IntN(14) {
	case 0, 1, 2, 3:
		g.plan(i, true)
		g.apply(i)
	case 4:
		g.plan(i, g.random.IntN(3) > 0)
	case 5:
		g.apply(i)
	case 6:
		d := []time.Duration{time.Minute, 9 * time.Minute, 16 * time.Minute, 2 * time.Hour, 30 * time.Hour}[g.random.IntN(5)]
		g.note("%s pass", d)
		g.account.now = g.account.now.Add(d)
	case 7, 8:
		name, trigger := []string{"shop", "till"}[g.random.IntN(2)], strconv.Itoa(g.random.IntN(3))
		g.configs[i] = declared(name, trigger, []string{"0s", "1h", "24h"}[g.random.IntN(3)])
		if g.random.IntN(4) == 0 {
			g.configs[i].OnConflict = types.StringValue(object.ConflictIsAllowed)
		}
		g.note("%d declares %s, %s, %s", i, name, trigger, g.configs[i].Rotation)
	case 9:
		if w.state != nil {
			g.note("%d forgets %s", i, w.state.ID.ValueString())
			w.state, w.private = nil, nil
		}
	case 10:
		if other := g.workspaces[1-i]; other.state != nil {
			g.note("%d gets a copy of the other state", i)
			w.state, w.private = new(*other.state), privateMap{}
		}
	case 11:
		if w.state != nil {
			g.note("a program uses the token of %d, %s", i, w.state.ID.ValueString())
			_ = g.account.use(w.state.Token.ValueString(), "curl/8")
		}
	case 12:
		key := g.account.add([]string{"shop", "till"}[g.random.IntN(2)], "scope_1", "read", w.credential)
		g.note("a person creates %s, %s", key.ID, key.Name)
		g.held[key.ID] = true
	default:
		if w.state != nil && g.random.IntN(3) == 0 {
			g.note("%d is destroyed", i)
			saved := w.plan(g.Context(), nil, true)
			g.saved[i] = &saved
			g.apply(i)
		}
	}
}

func (g *game) plan(i int, refresh bool) {
	saved := g.workspaces[i].plan(g.Context(), g.configs[i], refresh)
	g.saved[i] = &saved
	g.note("%d plans (refresh %t): revokes %q, errors %d", i, refresh, newlyRevoked(saved), saved.diags.ErrorsCount())
}

// apply applies a saved plan, unless it is stale; a request may fail, be answered in
// vain, or be the last one of the process or of its run.
func (g *game) apply(i int) {
	w, saved := g.workspaces[i], g.saved[i]
	g.saved[i] = nil
	if saved == nil || saved.diags.HasError() || saved.prior != w.state {
		return
	}
	for _, id := range newlyRevoked(*saved) {
		g.listed[id] = true
	}
	if saved.config == nil && saved.prior != nil {
		for _, id := range saved.prior.ids("scope_id") {
			g.listed[id] = true
		}
	}
	count, at, what := 0, g.random.IntN(10), g.random.IntN(8)
	ctx, cancel := context.WithCancel(g.Context())
	defer cancel()
	fault := func(method, id string) error {
		if count++; count != at {
			return nil
		}
		switch what {
		case 0, 1, 2, 3:
			g.note("killed at %s %s", method, id)
			panic(kill{})
		case 4:
			cancel()
			return nil
		case 5:
			return errors.New("429 Too Many Requests")
		default:
			return lost()
		}
	}
	if g.random.IntN(2) == 0 {
		g.account.before = fault
	} else {
		g.account.after = fault
	}
	if g.random.IntN(3) == 0 {
		g.heal()
	}
	func() {
		defer func() {
			g.heal()
			if reason := recover(); reason != nil {
				if _, ok := reason.(kill); !ok {
					panic(reason)
				}
			}
		}()
		diags, err := w.apply(ctx, *saved)
		g.note("%d applies: %d errors", i, diags.ErrorsCount())
		if err != nil {
			g.Fatalf("Terraform would call it a bug in the provider: %v", err)
		}
	}()
}

// holds says what is wrong.
func (g *game) holds() error {
	for _, w := range g.workspaces {
		if w.state != nil {
			g.held[w.state.ID.ValueString()] = true
			if key := g.account.key(w.state.ID.ValueString()); key.token != w.state.Token.ValueString() || strings.HasPrefix(key.Name, "keyward pending") {
				return fmt.Errorf("the state has %s, which is %+v", w.state.ID.ValueString(), key)
			}
		}
	}
	for _, key := range g.account.keys {
		if g.held[key.ID] && key.RevokedAt != nil && !g.listed[key.ID] {
			return fmt.Errorf("%s (%q) is dead, its token was held, and no plan has listed it", key.ID, key.Name)
		}
	}
	return nil
}

// settles holds that without further trouble a workspace comes to rest: its key is as
// declared, and nothing of it is orphaned. It reports whether a conflict was in the way,
// which takes a person.
func (g *game) settles(i int) (conflict bool) {
	w, config := g.workspaces[i], g.configs[i]
	for range 4 {
		saved := w.plan(g.Context(), config, true)
		if saved.diags.HasError() {
			return true
		}
		if diags, err := w.apply(g.Context(), saved); diags.HasError() || err != nil {
			g.Errorf("an apply without trouble: %v, %v", diags, err)
		}
		g.account.now = g.account.now.Add(20 * time.Minute)
	}
	g.empty(w, config)
	if w.state.Orphaned.IsNull() {
		key := g.account.key(w.state.ID.ValueString())
		if key.RevokedAt != nil || key.Name != config.Name.ValueString() {
			g.Errorf("the current key is %+v", key)
		}
	} else {
		g.Errorf("orphaned: %s", w.state.Orphaned)
	}
	for _, key := range g.account.keys {
		if key.RevokedAt == nil && provisional.OrphanOf("scope_1", config.Name.ValueString(), key.Name, key.CreatedAt, g.account.now) {
			g.Errorf("%s is orphaned: %q", key.ID, key.Name)
		}
	}
	return false
}

// However plans, applies, crashes, interruptions, lost answers, forgotten and cloned
// states follow each other: no token that a state or a person holds stops working
// unless an applied plan listed its key. No apply contradicts its plan, and whatever
// needs no person heals by itself.
//
// KEYWARD_SEQUENCES is how many hundreds of sequences there are, KEYWARD_SEED the first.
func TestNoHeldTokenDiesUnlisted(t *testing.T) {
	t.Parallel()
	first, hundreds := number(t, "KEYWARD_SEED", 1), number(t, "KEYWARD_SEQUENCES", 3)
	applied, settled := 0, 0
	for seed := first; seed < first+100*hundreds; seed++ {
		g := newGame(t, seed)
		for range 30 {
			g.step()
			if err := g.holds(); err != nil {
				t.Fatalf("seed %d: %v, after:\n  %s", seed, err, strings.Join(g.steps, "\n  "))
			}
			if t.Failed() {
				t.Fatalf("seed %d, after:\n  %s", seed, strings.Join(g.steps, "\n  "))
			}
		}
		g.heal()
		if !g.settles(0) {
			settled++
		}
		if t.Failed() {
			t.Fatalf("seed %d, after:\n  %s", seed, strings.Join(g.steps, "\n  "))
		}
		if slices.ContainsFunc(g.account.keys, func(key *fakeKey) bool { return key.RevokedAt != nil }) {
			applied++
		}
	}
	if applied < int(hundreds)*20 || settled < int(hundreds)*20 {
		t.Errorf("only %d sequences revoked anything, %d came to rest: they show little", applied, settled)
	}
}

// number reads a number from the environment.
func number(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	if os.Getenv(variable) == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(os.Getenv(variable), 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}
