package configured

import "testing"

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
	if name, taken := l.Declare("key_1"); name != "shop" || !taken {
		t.Errorf("Declare = %q, %v: who comes later isn't told", name, taken)
	}
	if name, taken := l.Declare("key_2"); taken {
		t.Errorf("Declare = %q, %v: nobody wanted it", name, taken)
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
