package billium

import "slices"

// Permissions whose combinations Dangers knows.
const (
	TeamInvite      Permission = "team:invite"
	TeamManageRoles Permission = "team:manage_roles"
	APIKeyCreate    Permission = "api_key:create"
)

// Beyond returns those of ps that the role can't have, in table order.
func (r Role) Beyond(ps []Permission) []Permission { return Missing(r.Permissions(), ps) }

// Above reports whether the role ranks higher than the other. A word that is no
// role ranks below all of them.
func (r Role) Above(other Role) bool { return r.rank() > other.rank() }

func (r Role) rank() int {
	index := slices.Index(roles, r)
	if index < 0 {
		return 0
	}
	return len(roles) - index
}

// PublicCompatible reports whether a public key can have exactly these
// permissions. Source: "API key permissions".
func PublicCompatible(ps []Permission) bool {
	return Equal(ps, PublicPermissions())
}

// Redundancy is a pattern that adds nothing to the others.
type Redundancy struct {
	Pattern string
	// CoveredBy is the pattern that means all of it; empty where only the others
	// together do.
	CoveredBy string
	// Implied tells that CoveredBy means more than the pattern.
	Implied bool
}

// Redundant returns the patterns that add nothing: first, in the order given,
// those that another one covers, then those that all that is left covers
// together. Of two that mean the same the later is redundant. Unknown patterns
// cover nothing and are not covered.
func Redundant(patterns []string) []Redundancy {
	meanings := make([][]Permission, len(patterns))
	for i, pattern := range patterns {
		meanings[i], _ = Expand(pattern)
	}
	var out []Redundancy
	var rest []int
	for i, pattern := range patterns {
		j := coverOf(meanings, i)
		if j < 0 {
			rest = append(rest, i)
			continue
		}
		out = append(out, Redundancy{Pattern: pattern, CoveredBy: patterns[j], Implied: len(meanings[j]) > len(meanings[i])})
	}
	for _, i := range slices.Clone(rest) {
		others := slices.DeleteFunc(slices.Clone(rest), func(j int) bool { return j == i })
		if covers(union(meanings, others), meanings[i], true) {
			out, rest = append(out, Redundancy{Pattern: patterns[i]}), others
		}
	}
	return out
}

// coverOf returns the first that covers the i-th, or -1.
func coverOf(meanings [][]Permission, i int) int {
	for j := range meanings {
		if i != j && covers(meanings[j], meanings[i], j < i) {
			return j
		}
	}
	return -1
}

func union(meanings [][]Permission, of []int) (all []Permission) {
	for _, i := range of {
		all = append(all, meanings[i]...)
	}
	return Sort(all)
}

// covers reports whether wide means all of narrow. Where both mean the same,
// first tells which of them stays.
func covers(wide, narrow []Permission, first bool) bool {
	if len(narrow) == 0 || len(Missing(wide, narrow)) > 0 {
		return false
	}
	return len(wide) > len(narrow) || first
}

// Danger is a permission, or a combination of some, that gives more than its
// name says.
type Danger struct {
	Permissions []Permission
	// Why is a clause about the one who holds them: "can …".
	Why string
}

// They are Keyward's judgement of what the platform's permissions allow.
var dangers = []Danger{
	{[]Permission{MerchantDelete}, "can delete the whole merchant account"},
	{[]Permission{APIKeyCreate, TeamManageRoles}, "can raise a role and then issue keys with what the role allows"},
	{[]Permission{TeamInvite, TeamManageRoles}, "can bring anyone onto the team and then raise the role"},
}

// Dangers returns what is dangerous about permissions that are held together.
func Dangers(ps []Permission) []Danger {
	var out []Danger
	for _, danger := range dangers {
		if len(Missing(ps, danger.Permissions)) == 0 {
			out = append(out, Danger{Permissions: slices.Clone(danger.Permissions), Why: danger.Why})
		}
	}
	return out
}
