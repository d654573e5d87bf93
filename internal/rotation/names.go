package rotation

import (
	"slices"
	"strings"
	"time"
)

// Prover begins the user agent of the provider, which proves with a request that
// a new key works.
const Prover = "terraform-provider-keyward/"

// MaxUses is how many uses of a key are to be looked at, at most, for one that is
// no proof.
const MaxUses = 20

// Namesake is a live key that has the name of a declared one, and that no
// resource is known to have in its state.
type Namesake struct {
	// Ours is whether the credential that is to create the declared key made it.
	Ours bool
	// Alike is whether it is what is declared.
	Alike bool
	// LastUsedAt is nil for never; a use that did nothing but prove that the key
	// works is none.
	LastUsedAt *time.Time
}

// Claim is whose a namesake is.
type Claim int

const (
	// Foreign means that it is somebody's, and nothing may be done about it.
	Foreign Claim = iota
	// Leftover means that an apply made it that was interrupted before its token
	// was in any state: nobody can ever use it.
	Leftover
)

// Whose returns whose a namesake is.
func Whose(key Namesake) Claim {
	if key.Ours && key.Alike && key.LastUsedAt == nil {
		return Leftover
	}
	return Foreign
}

// Used reports whether anybody has used a key but the provider, whose proof is no
// use. agents are the user agents of the key's newest uses, MaxUses at most. A key
// of which none can be seen was used by nobody knows whom, and one with as many as
// are looked at may have others.
func Used(agents []string) bool {
	return len(agents) == 0 || len(agents) >= MaxUses ||
		slices.ContainsFunc(agents, func(agent string) bool { return !strings.HasPrefix(agent, Prover) })
}
