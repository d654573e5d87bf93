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
	if l.Take("com_1", "shop") || l.Take("com_2", "shop") || l.Take("com_1", "till") || !l.Take("com_1", "shop") {
		t.Error("names are not told apart by scope")
	}
}
