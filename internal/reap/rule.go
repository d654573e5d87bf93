// Package reap finds the keys that rotations and interrupted applies left behind,
// by the rules that the provider has for them.
package reap

import (
	"fmt"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// replaced tells whether the time of a key is over that another one took the place
// of. The reason is for people.
func replaced(overlap rotation.Overlap, key rotation.Replaced, now time.Time) (over bool, why string) {
	// Without an end of the wait for quiet, it might still wait.
	waiting := rotation.Overlap{For: overlap.For, Quiet: overlap.Quiet}.Fate(key, now) == rotation.InUse
	due := stamp(overlap.Due(key.Since))
	switch fate := overlap.Fate(key, now); {
	case overlap.None():
		return true, "it was replaced, and is to have no overlap"
	case fate == rotation.Overlapping:
		return false, "its overlap ends at " + due
	case fate == rotation.InUse:
		return false, fmt.Sprintf("it was used at %s, less than its quiet_period (%s) ago", stamp(*key.LastUsedAt), overlap.Quiet)
	case waiting:
		return true, "it is still used, but its max_overlap ended at " + stamp(key.Since.Add(overlap.Max))
	default:
		return true, "its overlap ended at " + due
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// namesake is a live key with a declared key's name, that no state has.
type namesake struct {
	rotation.Namesake

	// allowed tells that the declared key has on_name_conflict = "allow".
	allowed bool
	// newer tells that it was created after the declared key. It may be the next
	// one, from an apply that the state doesn't know of yet.
	newer bool
}

// leftover tells whether a key that no state has can be nothing but what an
// interrupted apply made, whose token nobody has. The states may be old: what is
// newer than they are is left alone.
func leftover(key namesake) (over bool, why string) {
	switch left := rotation.Whose(key.Namesake) == rotation.Leftover; {
	case key.allowed:
		return false, "no state has it, but the declared key allows others of its name"
	case left && key.newer:
		return false, "no state has it, but it is newer than the declared key: is the state as it is now?"
	case left:
		return true, "no state has it, nobody has used it, and it is what is declared: an interrupted apply left it"
	case !key.Ours:
		return false, "it has the name of a declared key, but was not made with the key that keyward uses"
	case !key.Alike:
		return false, "it has the name of a declared key, but is something else than declared"
	default:
		return false, "it has the name of a declared key and no state has it, but somebody uses it"
	}
}
