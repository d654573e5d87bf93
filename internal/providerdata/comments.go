package providerdata

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
)

// A plan gives the creation that it plans no private data. That the creation replaces an
// object which is still there, with create_before_destroy, the plan leaves in the
// platform's log, as a comment in the user agent of a request. The comment excepts that one
// object from being a conflict, and permits nothing else.

const (
	// replacedFor is how long a comment counts.
	replacedFor = 24 * time.Hour
	// maxRows is how many rows of all credentials are searched. Where there are more, those
	// of the provider's own are searched whole.
	maxRows = 5000
	// agent begins the provider's user agent.
	agent = "terraform-provider-keyward/"

	replaces = "(replaces "
)

// Replaces is the comment of a request of a plan that replaces the object with that id.
func Replaces(id string) string { return strings.TrimPrefix(replaces, "(") + id }

// replacedIn returns the id that a user agent says is replaced.
func replacedIn(userAgent string) (id string, ok bool) {
	_, comment, said := strings.Cut(userAgent, replaces)
	id, ends := strings.CutSuffix(comment, ")")
	return id, said && ends && strings.HasPrefix(userAgent, agent) && !strings.ContainsAny(id, "() ")
}

// replacedIDs returns the ids that a log says are replaced. agents are the user agents of
// the requests of a key, or of all where that is empty, newest first; own is the provider's
// key.
func replacedIDs(ctx context.Context, agents func(keyID string) iter.Seq2[string, error], own func(context.Context) (string, error)) (map[string]bool, error) {
	ids, rows := map[string]bool{}, 0
	read := func(keyID string, most int) error {
		for userAgent, err := range agents(keyID) {
			if err != nil {
				return err
			}
			if id, ok := replacedIn(userAgent); ok {
				ids[id] = true
			}
			if rows++; rows == most {
				break
			}
		}
		return nil
	}
	if err := read("", maxRows); err != nil || rows < maxRows {
		return ids, err
	}
	if keyID, err := own(ctx); err == nil { // else what is not found stays a conflict
		return ids, read(keyID, 0)
	}
	return ids, nil
}

// SaysReplaced reports whether a plan of the last 24 hours said, in the log of a company,
// that it replaces an object. The log is read once in a run.
func (c *Corebill) SaysReplaced(ctx context.Context, companyID, id string) (bool, error) {
	ids, err := c.replaced.get(ctx, companyID, c.Now, func(ctx context.Context) (map[string]bool, error) {
		since := c.Client.PlatformNow().Add(-replacedFor)
		return replacedIDs(ctx, func(keyID string) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				for row, err := range c.Client.APILogs(ctx, companyID, corebill.LogFilter{APIKeyID: keyID, CreatedAfter: since}) {
					if !yield(row.UserAgent, err) {
						return
					}
				}
			}
		}, c.CallerKeyID)
	})
	return ids[id], err
}

// SaysReplaced reports whether a plan of the last 24 hours said, in the log of the
// merchant, that it replaces an object. The log is read once in a run.
func (b *Billium) SaysReplaced(ctx context.Context, merchantID, id string) (bool, error) {
	ids, err := b.replaced.get(ctx, merchantID, b.Now, func(ctx context.Context) (map[string]bool, error) {
		since := b.Client.PlatformNow().Add(-replacedFor)
		return replacedIDs(ctx, func(keyID string) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				for row, err := range b.Client.APILogs(ctx, merchantID, billium.LogFilter{APIKeyID: keyID, CreatedAfter: since}) {
					if !yield(row.UserAgent, err) {
						return
					}
				}
			}
		}, func(ctx context.Context) (string, error) {
			current, err := b.Current(ctx)
			if err != nil {
				return "", err
			}
			return current.ID, nil
		})
	})
	return ids[id], err
}

// Run returns what the run has shown of Corebill's objects.
func (c *Corebill) Run() *Objects { return &c.objects }

// Run returns what the run has shown of Billium's objects.
func (b *Billium) Run() *Objects { return &b.objects }

// Clock returns the clock.
func (c *Corebill) Clock() func() time.Time { return c.Now }

// Clock returns the clock.
func (b *Billium) Clock() func() time.Time { return b.Now }
