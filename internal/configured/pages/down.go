package pages

import (
	"context"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// maxTroubles is how many requests in a row the platform may fail before it is
// taken to be in trouble as a whole.
const maxTroubles = 3

// health is what the last requests tell of the platform, as far as it is the same for
// every object: who may ask at all, and whether somebody answers.
type health struct {
	troubles int
	// down is why nobody has to ask again for now, nil where the platform answers.
	down error
}

// heard returns the health after a request that ended with an error, or with none.
// Whatever the platform says of one object shows that it answers.
func (h health) heard(err error) health {
	switch {
	case client.Closed(err):
		return health{troubles: h.troubles + 1, down: err}
	case !client.Trouble(err):
		return health{}
	case h.troubles+1 >= maxTroubles:
		h.down = err
	}
	h.troubles++
	return h
}

// heard takes in how a request ended, unless nobody waited for its end.
func (l *list[T]) heard(ctx context.Context, err error) {
	if ctx.Err() == nil {
		l.health = l.health.heard(err)
	}
}
