package provisional_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

var created = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestNameAndBack(t *testing.T) {
	t.Parallel()
	for _, nonce := range []string{"a", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strings.Repeat("9", 48)} {
		name := provisional.New("com_1", strings.Repeat("鍵", 100), nonce)
		parsed, ok := provisional.Parse(name)
		if !ok || parsed.Nonce != nonce || parsed.Hash != provisional.Hash("com_1", strings.Repeat("鍵", 100)) {
			t.Errorf("%q is %+v, %t", name, parsed, ok)
		}
		if utf8.RuneCountInString(name) > 100 {
			t.Errorf("%q is too long for a platform", name)
		}
	}
}

func TestOtherNamesAreNotProvisional(t *testing.T) {
	t.Parallel()
	valid := provisional.New("com_1", "reporting", "NONCE")
	for _, name := range []string{
		"", "reporting", "keyward pending", "keyward pending ", strings.TrimSuffix(valid, "NONCE"), strings.TrimSuffix(valid, " NONCE"),
		" " + valid, valid + " ", valid + " (rotate)", strings.ToUpper(valid), strings.Replace(valid, "pending ", "pending x", 1), valid + "-",
	} {
		if provisional.Is(name) {
			t.Errorf("%q passes for provisional", name)
		}
	}
}

func TestHashTellsScopesAndNamesApart(t *testing.T) {
	t.Parallel()
	hashes := map[string]string{}
	for _, both := range [][2]string{{"", "a"}, {"com_1", "a"}, {"com_1", "b"}, {"com_2", "a"}, {"", "com_1a"}} {
		hash := provisional.Hash(both[0], both[1])
		if other, taken := hashes[hash]; taken {
			t.Errorf("%q and %q have one hash", both, other)
		}
		hashes[hash] = both[0] + "/" + both[1]
	}
	if provisional.Hash("com_1", "Mu\u0308ller") != provisional.Hash("com_1", "M\u00fcller") {
		t.Error("one name, typed in two ways, has two hashes")
	}
}

func TestOrphanOf(t *testing.T) {
	t.Parallel()
	ours := provisional.New("com_1", "reporting", "NONCE")
	for _, c := range []struct {
		what, name string
		age        time.Duration
		orphaned   bool
		ofOurs     bool
	}{
		{"ours, old", ours, time.Hour, true, true},
		{"ours, 15 minutes to the second", ours, 15 * time.Minute, false, false},
		{"ours, a second older", ours, 15*time.Minute + time.Second, true, true},
		{"ours, young", ours, time.Minute, false, false},
		{"another name's", provisional.New("com_1", "billing", "NONCE"), time.Hour, true, false},
		{"another company's", provisional.New("com_2", "reporting", "NONCE"), time.Hour, true, false},
		{"the final name", "reporting", time.Hour, false, false},
	} {
		now := created.Add(c.age)
		if got := provisional.Orphaned(c.name, created, now); got != c.orphaned {
			t.Errorf("%s: orphaned %t", c.what, got)
		}
		if got := provisional.OrphanOf("com_1", "reporting", c.name, created, now); got != c.ofOurs {
			t.Errorf("%s: ours %t", c.what, got)
		}
	}
}

// A creation that is still at work must never see its key taken for orphaned.
func TestCreationsEndBeforeTheirKeysAreOrphaned(t *testing.T) {
	t.Parallel()
	if provisional.FinishWithin+4*time.Minute > provisional.OrphanAge {
		t.Error("a creation may still be at work on an orphaned key")
	}
}

func TestEphemeralNameAndBack(t *testing.T) {
	t.Parallel()
	e := provisional.Ephemeral{Name: "ci/run", Until: created.Add(6 * time.Hour)}
	parsed, ok := provisional.ParseEphemeral(e.String())
	if !ok || parsed != e {
		t.Errorf("%q is %+v, %t", e, parsed, ok)
	}
	if parsed.Over(e.Until) || !parsed.Over(e.Until.Add(time.Second)) {
		t.Error("its time is over when it is not, or the reverse")
	}
	longest := provisional.Ephemeral{Name: strings.Repeat("x", provisional.MaxEphemeralName), Until: created}
	if len(longest.String()) != 100 {
		t.Errorf("the longest name has %d characters", len(longest.String()))
	}
	for _, name := range []string{"", "ci", "keyward-ephemeral/ci", "keyward-ephemeral/20260301T180000Z", "keyward-ephemeral/20260301T180000Z/", "keyward-ephemeral/soon/ci"} {
		if _, ok := provisional.ParseEphemeral(name); ok {
			t.Errorf("%q says until when it may live", name)
		}
	}
}
