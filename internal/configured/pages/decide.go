package pages

// Standing is how a list stands: what was asked of it, and what that has cost.
type Standing struct {
	// Reads is how many objects were asked for so far, Pending how many of them are
	// neither found in a page nor asked for singly yet.
	Reads, Pending int
	// Fresh is how many of the pending ones no page was fetched for yet.
	Fresh int
	// Pages is how many pages were asked for, InFlight how many of them are under
	// way still, Singles how many objects were asked for singly.
	Pages, InFlight, Singles int
	// MorePages tells that the place of another page is known, Single that the
	// platform answers for single objects, Whole that all of the list is wanted.
	MorePages, Single, Whole bool
}

// Move is what to do next.
type Move int

// The moves.
const (
	// Wait for what is under way.
	Wait Move = iota
	// NextPage fetches another page.
	NextPage
	// SingleRead fetches a pending object by itself.
	SingleRead
)

// many reads in a row are a refresh of all there is, and not of one or two.
const many = 3

// Decide returns the next move. N reads of a list that fills P pages cost at most
// 2·min(N, P) + 1 requests, however they come and as long as the list has what
// they ask for; no one has to know N or P.
//
// Never more than 2·N + 1: a page is fetched only where there is enough left to
// read all that is pending singly. Never more than 2·P + 1: there is at most one
// single read more than there are pages. One of the two is always allowed.
//
// Within that each read that no page was fetched for is worth one: where the list
// is short, that is all there is. With a third read someone is reading many: then
// pages are fetched for as long as they are affordable.
func Decide(s Standing) Move {
	affordable := s.Pages+s.Singles+s.Pending+1 <= 2*s.Reads+1
	worth := s.Fresh > 0 || s.Reads >= many
	listed := s.MorePages || s.InFlight > 0
	switch {
	case s.Whole && s.MorePages:
		return NextPage
	case s.Pending == 0:
		return Wait
	case !s.Single && s.MorePages:
		return NextPage
	case !listed: // all pages are there, and it is in none
		return SingleRead
	case s.MorePages && affordable && worth:
		return NextPage
	case s.InFlight > 0:
		return Wait
	case s.Singles <= s.Pages:
		return SingleRead
	default:
		return NextPage
	}
}
