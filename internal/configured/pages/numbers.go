package pages

// ahead is how many numbered pages are asked for beyond twice those that have come: so
// much is believed of what the platform says of its pages.
const ahead = 16

// numbers is what is known of the pages of a list whose pages are numbered, from 1.
type numbers struct {
	// last is the last page's number, told that of the last one to ask for.
	last, told int
	// received is how many pages have come, furthest the greatest number among them.
	received, furthest int
	// doubted: what the platform says of its pages doesn't agree with what came.
	doubted bool
}

// take takes in a page with objects or without, and returns the numbers of the pages
// that may be asked for because of it: as many as what has come bears out, so that a
// number in an answer costs no more than a few requests.
func (n *numbers) take(number, last int, sound, empty bool) (more []int) {
	if number == 1 {
		n.last, n.told = last, max(n.told, 1)
	}
	if empty { // nothing follows
		n.last = min(n.last, number)
	}
	n.received++
	n.furthest = max(n.furthest, number)
	n.doubted = n.doubted || !sound
	until := 2*n.received + ahead
	if n.doubted {
		until = n.furthest + 1
	}
	for n.told < min(until, n.last) {
		n.told++
		more = append(more, n.told)
	}
	return more
}
