package providerdata

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestClaims(t *testing.T) {
	t.Parallel()
	var l Claims
	if l.WasRead("key_1") {
		t.Error("a key was read before it was")
	}
	if l.Read("key_1", "key_2"); !l.WasRead("key_1") || !l.WasRead("key_2") || l.WasRead("key_3") {
		t.Error("what was read is not told from what wasn't")
	}
	if plan := l.ExpectSuccessor("key_1", Successor{Name: "shop"}); plan != Unplanned {
		t.Errorf("a key's plan is %d before it was planned", plan)
	}
	if by, wanted, twice := l.Plan("key_1", Stays); by.Name != "shop" || !wanted || twice {
		t.Errorf("Plan = %v, %v, %v: the later one isn't told", by, wanted, twice)
	}
	if by, wanted, _ := l.Plan("key_2", Yields); wanted {
		t.Errorf("Plan = %v, %v: its name is free", by, wanted)
	}
	if plan := l.ExpectSuccessor("key_2", Successor{Name: "shop"}); plan != Yields {
		t.Errorf("a key's plan is %d after its name was given away", plan)
	}
	if l.Revoke("key_1"); !l.WasRevoked("key_1") || l.WasRevoked("key_2") {
		t.Error("what was revoked is not told from what wasn't")
	}
}

func TestNamesAreOneResources(t *testing.T) {
	t.Parallel()
	type take struct {
		scope, name, owner string
		claim              Claim
	}
	for name, c := range map[string]struct {
		takes []take
		taken bool // by the last one
	}{
		"two are created":               {[]take{{"com_1", "shop", "", Creates}, {"com_1", "shop", "", Creates}}, true},
		"in two companies":              {[]take{{"com_1", "shop", "", Creates}, {"com_2", "shop", "", Creates}}, false},
		"of two names":                  {[]take{{"com_1", "shop", "", Creates}, {"com_1", "till", "", Creates}}, false},
		"composed in two ways":          {[]take{{"com_1", "Zo\u00eb", "", Creates}, {"com_1", "Zoe\u0308", "", Creates}}, true},
		"a replacement is planned once": {[]take{{"com_1", "shop", "key_1", Keeps}, {"com_1", "shop", "key_1", Creates}}, false},
		"a replacement, and another":    {[]take{{"com_1", "shop", "key_1", Keeps}, {"com_1", "shop", "key_1", Creates}, {"com_1", "shop", "", Creates}}, true},
		"two that were there":           {[]take{{"com_1", "shop", "key_1", Keeps}, {"com_1", "shop", "key_2", Keeps}}, false},
		"one is renamed to another's":   {[]take{{"com_1", "shop", "key_1", Keeps}, {"com_1", "shop", "key_2", Renames}}, true},
		"the renamed one comes first":   {[]take{{"com_1", "shop", "key_1", Renames}, {"com_1", "shop", "key_2", Keeps}}, true},
		"two swap their names":          {[]take{{"com_1", "shop", "key_1", Renames}, {"com_1", "till", "key_2", Renames}}, false},
		"the list tells, not the names": {[]take{{"com_1", "shop", "key_1", Keeps}, {"com_1", "shop", "", Creates}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l Claims
			var taken bool
			for _, one := range c.takes {
				taken = l.ClaimName(one.scope, one.name, one.owner, one.claim)
			}
			if taken != c.taken {
				t.Errorf("taken = %v", taken)
			}
		})
	}
}

// A key that two resources have is told to the later one, whatever becomes of it.
func TestTwoResourcesWithOneKey(t *testing.T) {
	t.Parallel()
	for first := Stays; first <= Goes; first++ {
		for second := Stays; second <= Goes; second++ {
			var l Claims
			if _, _, twice := l.Plan("key_1", first); twice {
				t.Error("the only one is told")
			}
			if _, _, twice := l.Plan("key_1", second); !twice {
				t.Errorf("the second one (%d after %d) isn't told", second, first)
			}
		}
	}
}

// A resource may be planned while another one is still to be refreshed.
func TestAwaitRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l Claims
		go func() {
			time.Sleep(time.Second)
			l.Read("key_2")
			time.Sleep(time.Second)
			l.Read("key_1")
		}()
		if found, open := l.AwaitRead(t.Context(), "key_1", "shop"); found != InState || open != nil {
			t.Error("what is read after a while is missed")
		}
		started := time.Now()
		if found, _ := l.AwaitRead(t.Context(), "key_3", "shop"); found != InNoState || time.Since(started) != readPatience {
			t.Error("what is never read is waited for otherwise than it should be")
		}
	})
}

// Terraform makes few calls at a time. Where each of them waits for a key that a later
// one shows, they go on, and one stays to answer for the keys that no call has shown.
func TestAwaitReadOfManyInFewCalls(t *testing.T) {
	t.Parallel()
	const keys, slots = 40, 10
	name := func(i int) string { return fmt.Sprintf("key_%d", i) }
	for title, c := range map[string]struct {
		wants   func(i int) string // what each key waits for
		foreign int                // how many are never read
	}{
		"the next one":   {func(i int) string { return name((i + 1) % keys) }, 0},
		"half way round": {func(i int) string { return name((i + keys/2) % keys) }, 0},
		"reversed":       {func(i int) string { return name(keys - 1 - i) }, 0},
		"a foreign one": {func(i int) string {
			if i == 3 {
				return "key_foreign"
			}
			return name((i + keys/2) % keys)
		}, 1},
		"foreign ones": {func(i int) string { return "key_foreign" + name(i) }, keys},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var l Claims
				missing := map[string]bool{}
				var mu sync.Mutex
				var all sync.WaitGroup
				free := make(chan struct{}, slots)
				for i := range keys {
					free <- struct{}{}
					all.Go(func() {
						defer func() { <-free }()
						defer l.Enter()()
						time.Sleep(time.Millisecond) // the request
						l.Read(name(i))
						found, open := l.AwaitRead(t.Context(), c.wants(i), "shop")
						mu.Lock()
						defer mu.Unlock()
						if found == InNoState {
							missing[c.wants(i)] = true
						}
						for id := range open {
							missing[id] = true
						}
					})
				}
				all.Wait()
				if len(missing) != c.foreign {
					t.Errorf("of no resource are %v, want %d", missing, c.foreign)
				}
			})
		})
	}
}
