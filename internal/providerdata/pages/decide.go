package pages

// listState is what was read of a list, and what that has cost.
type listState struct {
	// Reads is how many objects were read so far, Pending how many of them are neither
	// found in a page nor read singly yet.
	Reads, Pending int
	// Pages is how many pages were read, Singles how many objects singly.
	Pages, Singles int
	// Whole: a read wants all of the list. InFlight: a page is in flight. MorePages:
	// another one can be requested. Single: the platform answers for single objects.
	Whole, InFlight, MorePages, Single bool
	// Down is why the platform is down, nil where it answers.
	Down error
}

// decide reports whether a read goes on with a page: the one in flight, or the next one.
// Otherwise it requests the object by itself, or fails as the platform is down. N reads
// of a list that fills P pages cost at most 2·min(N, P) + 1 requests, however they come
// and as long as the list has what they read; no one has to know N or P.
//
// Never more than 2·N + 1: a page is requested only where there is enough left to read
// all that is pending singly. Never more than 2·P + 1: once more objects than pages were
// read, another page is affordable, as each of these objects was a read.
//
// Within that each read is worth a page: where the list is short, that is all there
// is. With a third read it is a refresh of many: then pages are requested for as long as
// they are affordable.
func decide(s listState) (page bool, err error) {
	affordable := s.Pages+s.Singles+s.Pending <= 2*s.Reads
	worth := s.Pages < s.Reads || s.Reads >= 3
	page = s.InFlight || s.MorePages && (s.Whole || !s.Single || affordable && worth)
	if !page && !s.MorePages {
		err = s.Down
	}
	return page, err
}
