package provider_test

import (
	"time"
)

// configure changes what is declared.
func (q *sequence) configure() {
	switch q.IntN(11) {
	case 0, 1, 2, 3:
		q.want.trigger++
	case 4:
		q.want.trigger = max(0, q.want.trigger-1) // an interrupted change is withdrawn
	case 5:
		q.want.block = !q.want.block
	case 6:
		q.durations()
	case 7:
		q.want.shape = q.IntN(shapes)
	case 8:
		if q.renameable() {
			q.want.name = pick(q, "shop", "store")
		}
	case 9:
		q.want.enabled = pick(q, nil, new(true), new(false))
	case 10:
		q.want.absent = !q.want.absent
	}
	q.note("configuration: %s", q.want)
}

// durations chooses some that don't contradict each other.
func (q *sequence) durations() {
	q.want.block = true
	q.want.overlap = pick(q, 0, time.Hour, 24*time.Hour)
	q.want.rotateAge = pick(q, 0, 48*time.Hour, 720*time.Hour)
	q.want.quiet = pick(q, 0, 30*time.Minute)
	q.want.limit = 0
	if q.want.quiet > 0 && q.chance(50) {
		q.want.limit = 72 * time.Hour
	}
}

// renameable reports whether the resource finds what interrupted applies left
// behind even under another name: it looks under the name that the state has and
// under the one that is declared.
func (q *sequence) renameable() bool {
	name := q.holding(q.t, q.file).name
	for _, orphan := range q.orphans() {
		if orphan.Name != name {
			return false
		}
	}
	return true
}
