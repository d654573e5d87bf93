package keyring

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// Now returns the time by the clock of the key's platform, as its last answer
// told it.
func (r *Ring) Now(key Key) time.Time { return key.holder.now() }

func (h *corebillHolder) now() time.Time { return h.Client.PlatformNow() }

func (h *billiumHolder) now() time.Time { return h.Client.PlatformNow() }

// WholeLog reports whether the log of the key's account has every request that
// the key made. self is the account's own key.
func (r *Ring) WholeLog(key, self Key) bool { return key.holder.wholeLog(self) }

// wholeLog: a request that names no company is seen by the organization's keys
// only, and one that names another company in that company's log.
func (h *corebillHolder) wholeLog(self Key) bool { return self.Scope == nil && h.CompanyIDs == nil }

func (h *billiumHolder) wholeLog(Key) bool { return true }

// Edits returns the requests with which the key that made this one changed it,
// from its creation until then, oldest first. The path of such a request ends with
// the key's id, so that nothing is matched by time or name.
func (r *Ring) Edits(ctx context.Context, key Key, until time.Time) ([]Request, error) {
	rows, err := r.logOf(ctx, key, LogFilter{
		// Both bounds are excluded, and logs may have whole seconds.
		KeyID: key.CreatedBy, Method: http.MethodPatch, Since: key.CreatedAt.Add(-time.Second), Until: until.Add(time.Second),
	})
	var edits []Request
	for _, row := range rows {
		if strings.HasSuffix(row.Path, "/"+key.ID) {
			edits = append(edits, row)
		}
	}
	return edits, err
}

// UsesAnywhere returns what was done with a key in every company that its account
// sees, oldest first: the newest limit requests of any status.
func (r *Ring) UsesAnywhere(ctx context.Context, key Key, limit int) ([]Request, error) {
	return r.logOf(ctx, key, LogFilter{KeyID: key.ID, Limit: limit})
}

// logOf reads the log of the key's own account.
func (r *Ring) logOf(ctx context.Context, key Key, filter LogFilter) ([]Request, error) {
	filter.Platform = key.Platform
	one := &Ring{holders: []holder{key.holder}}
	return one.Logs(ctx, filter)
}
