package configured

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestLedger(t *testing.T) {
	t.Parallel()
	var l Ledger
	if l.WasRead("key_1") {
		t.Error("a key was read before it was")
	}
	if l.Read("key_1", "key_2"); !l.WasRead("key_1") || !l.WasRead("key_2") || l.WasRead("key_3") {
		t.Error("what was read is not told from what wasn't")
	}
	if declared := l.Want("key_1", "shop"); declared {
		t.Error("a key is declared before it was")
	}
	if name, taken, twice := l.Declare("key_1"); name != "shop" || !taken || twice {
		t.Errorf("Declare = %q, %v, %v: who comes later isn't told", name, taken, twice)
	}
	if name, taken, _ := l.Declare("key_2"); taken {
		t.Errorf("Declare = %q, %v: its name is free", name, taken)
	}
	if declared := l.Want("key_2", "shop"); !declared {
		t.Error("who asks later isn't told")
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
			var l Ledger
			var taken bool
			for _, one := range c.takes {
				taken = l.Take(one.scope, one.name, one.owner, one.claim)
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
	var l Ledger
	if _, _, twice := l.Declare("key_1"); twice {
		t.Error("the only one is told")
	}
	if _, _, twice := l.Declare("key_1"); !twice {
		t.Error("the second one isn't told")
	}
	if !l.Destroy("key_1") {
		t.Error("one that is destroyed beside another isn't told")
	}
	if l.Destroy("key_2") {
		t.Error("the only one that is destroyed is told")
	}
	if _, _, twice := l.Declare("key_2"); !twice {
		t.Error("one that goes on beside a destroyed one isn't told")
	}
}

// A resource may be planned while another one is still to be refreshed.
func TestAwaitRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l Ledger
		go func() {
			time.Sleep(time.Second)
			l.Read("key_2")
			time.Sleep(time.Second)
			l.Read("key_1")
		}()
		if !l.AwaitRead(t.Context(), "key_1") {
			t.Error("what is read after a while is missed")
		}
		started := time.Now()
		if l.AwaitRead(t.Context(), "key_3") || time.Since(started) != readPatience {
			t.Error("what is never read is waited for otherwise than it should be")
		}
	})
}
