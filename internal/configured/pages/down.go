package pages

import (
	"context"
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

const (
	// Patience is how long a platform that answers no one is left alone: anyone who asks
	// meanwhile would wait for the same requests to be repeated.
	Patience = 30 * time.Second
	// maxTroubles is how many requests in a row the platform may fail before it is
	// taken to be in trouble as a whole.
	maxTroubles = 3
)

// health is what the last requests tell of the platform, as far as it is the same for
// every object: who may ask at all, and whether someone answers.
type health struct {
	troubles int
	// down is why no one has to ask again until then, nil where the platform answers.
	down  error
	until time.Time
}

// heard returns the health after a request that ended with an error, or with none.
// Whatever the platform says of one object shows that it answers.
func (h health) heard(err error, now time.Time) health {
	if !client.Trouble(err) {
		return health{}
	}
	h.troubles++
	if client.Closed(err) || h.troubles >= maxTroubles {
		h.down, h.until = err, now.Add(Patience)
	}
	return h
}

// heard takes in how a request ended, unless no one waited for its end.
func (l *list[T]) heard(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	if l.health = l.health.heard(err, l.source.Now()); l.health.down == nil {
		l.revive()
	}
}

// down returns why no one has to ask, nil where it is worth it, perhaps once more.
func (l *list[T]) down() error {
	if l.health.down != nil && !l.source.Now().Before(l.health.until) {
		l.health = health{}
		l.revive()
	}
	return l.health.down
}

// revive has the pages asked for again that were put aside because no one was
// answered.
func (l *list[T]) revive() {
	for i := 0; i < len(l.aside); {
		if l.aside[i].failures >= maxFailures {
			i++
			continue
		}
		l.todo = append(l.todo, l.aside[i])
		l.aside = slices.Delete(l.aside, i, i+1)
	}
}
