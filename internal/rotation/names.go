package rotation

import "time"

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

// Named reports whether a key of that name counts as one of the declared name.
func Named(name, declared string) bool { return name == declared || Requested(name, declared) }
