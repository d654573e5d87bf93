package budget

import "time"

// perMinute is a limit set by hand: no 60 seconds have more requests. 0 limits
// nothing.
type perMinute struct {
	limit int
	// times are when the last requests were sent, at most limit of them; next is
	// the oldest once there are as many.
	times []time.Time
	next  int
}

// until returns when there is room for n more requests, where there is none now.
func (m *perMinute) until(now time.Time, n int) (time.Time, bool) {
	over := len(m.times) + min(n, m.limit) - m.limit
	if m.limit == 0 || over <= 0 {
		return time.Time{}, false
	}
	until := m.times[(m.next+over-1)%len(m.times)].Add(time.Minute)
	return until, now.Before(until)
}

func (m *perMinute) sent(now time.Time) {
	switch {
	case m.limit == 0:
	case len(m.times) < m.limit:
		m.times = append(m.times, now)
	default:
		m.times[m.next] = now
		m.next = (m.next + 1) % m.limit
	}
}
