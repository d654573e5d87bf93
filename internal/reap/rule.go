// Package reap finds the keys that rotations and interrupted applies left behind,
// by the rules that the provider has for them.
package reap

import (
	"fmt"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/declared"
)

// replaced is the rule for a key that another one took the place of: it is
// revoked when its overlap is over and it has been quiet, or can't wait for that
// any longer. Both count from the creation of the key that replaced it. The
// reason is for people.
func replaced(rule declared.Rotation, since time.Time, lastUsed *time.Time, now time.Time) (over bool, why string) {
	due := since.Add(rule.Overlap)
	switch {
	case rule.Overlap <= 0 && rule.QuietPeriod <= 0:
		return true, "it was replaced, and is to have no overlap"
	case now.Before(due):
		return false, "its overlap ends at " + due.UTC().Format(time.RFC3339)
	case rule.QuietPeriod <= 0 || lastUsed == nil || now.Sub(*lastUsed) >= rule.QuietPeriod:
		return true, "its overlap ended at " + due.UTC().Format(time.RFC3339)
	}
	if last := since.Add(rule.MaxOverlap); rule.MaxOverlap > 0 && !now.Before(last) {
		return true, "it is still used, but its max_overlap ended at " + last.UTC().Format(time.RFC3339)
	}
	return false, fmt.Sprintf("it was used at %s, less than its quiet_period (%s) ago", lastUsed.UTC().Format(time.RFC3339), rule.QuietPeriod)
}

// namesake is a live key with a declared key's name, that no state has.
type namesake struct {
	// ours tells that the account's own key made it.
	ours bool
	// alike tells that it is what is declared.
	alike bool
	// used tells that somebody used it; the provider's proof that it works is no
	// use.
	used bool
	// allowed tells that the declared key has on_name_conflict = "allow".
	allowed bool
	// newer tells that it was created after the declared key. It may be the next
	// one, from an apply that the state doesn't know of yet.
	newer bool
}

// leftover is the rule for a key that no state has: it is revoked where it can
// be nothing but what an interrupted apply made, whose token nobody has.
func leftover(key namesake) (over bool, why string) {
	switch {
	case key.allowed:
		return false, "no state has it, but the declared key allows others of its name"
	case !key.ours:
		return false, "it has the name of a declared key, but was not made with the key that keyward uses"
	case !key.alike:
		return false, "it has the name of a declared key, but is something else than declared"
	case key.used:
		return false, "it has the name of a declared key and no state has it, but somebody uses it"
	case key.newer:
		return false, "no state has it, but it is newer than the declared key: is the state as it is now?"
	default:
		return true, "no state has it, nobody has used it, and it is what is declared: an interrupted apply left it"
	}
}
