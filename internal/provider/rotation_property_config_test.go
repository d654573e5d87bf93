package provider_test

import (
	"time"
)

// configure changes what is declared.
func (q *sequence) configure(p *player) {
	want := &p.want
	switch q.IntN(12) {
	case 0, 1, 2, 3:
		want.trigger++
	case 4:
		want.trigger = max(0, want.trigger-1) // an interrupted change is withdrawn
	case 5:
		want.block = !want.block
	case 6:
		q.durations(want)
	case 7:
		want.shape = q.IntN(shapes)
	case 8:
		want.name = pick(q, "shop", "store")
	case 9:
		want.enabled = pick(q, nil, new(true), new(false))
	case 10:
		want.allow = !want.allow
	case 11:
		want.absent = !want.absent
	}
	q.note("state %d: %s", p.number, p.want)
}

// durations chooses some that don't contradict each other.
func (q *sequence) durations(want *declared) {
	want.block = true
	want.overlap = pick(q, 0, time.Hour, 24*time.Hour)
	want.rotateAge = pick(q, 0, 48*time.Hour, 720*time.Hour)
	want.quiet = pick(q, 0, 30*time.Minute)
	want.limit = 0
	if want.quiet > 0 && q.chance(50) {
		want.limit = 72 * time.Hour
	}
}
