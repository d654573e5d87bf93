package audit

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// Bounds of what is kept of each key's use, so that a busy key takes no more
// memory than a quiet one.
const (
	maxOperations = 40
	maxOrigins    = 5
	maxUnknown    = 5
)

// Use is what the logs say of one key.
type Use struct {
	// Requests that were let through, and those refused with 403 or 401.
	Requests     int
	Forbidden    int
	Unauthorized int
	First, Last  time.Time
	// Level is the least that would have sufficed on Corebill, Permissions the
	// least on Billium.
	Level       corebill.Level
	Permissions []billium.Permission
	// Unknown are operations of which no one knows what they take: with one of
	// them, the least is not known.
	Unknown []string
	// Operations are counted by method and path without ids.
	Operations []Count
	// Origins are the addresses, each with the user agent it came with first.
	Origins []string
	// Scopes are the companies or merchants that it worked for.
	Scopes []string
}

// Count is how often something was seen.
type Count struct {
	What  string `json:"what"`
	Times int    `json:"times"`
}

// Add takes a request into account. A request that was refused got nothing, so it
// needed nothing; one that failed for another reason had passed the check of its
// permission.
func (u *Use) Add(r inventory.Request) {
	if u.First.IsZero() || r.CreatedAt.Before(u.First) {
		u.First = r.CreatedAt
	}
	if r.CreatedAt.After(u.Last) {
		u.Last = r.CreatedAt
	}
	note(&u.Origins, origin(r), maxOrigins)
	switch r.Status {
	case http.StatusUnauthorized:
		u.Unauthorized++
	case http.StatusForbidden:
		u.Forbidden++
	case http.StatusTooManyRequests:
	default:
		u.allow(r)
	}
}

func (u *Use) allow(r inventory.Request) {
	u.Requests++
	if r.Scope != nil {
		note(&u.Scopes, *r.Scope, maxOrigins)
	}
	u.count(template(r.Method, r.Path))
	if r.Platform == inventory.Corebill {
		if need := corebill.LevelFor(r.Method); u.Level == "" || need.Includes(u.Level) {
			u.Level = need
		}
		return
	}
	need, known := BilliumNeed(r.Method, r.Path)
	switch {
	case known && need != "":
		if !slices.Contains(u.Permissions, need) {
			u.Permissions = billium.Sort(append(u.Permissions, need))
		}
	case !known && r.Status != http.StatusNotFound:
		note(&u.Unknown, template(r.Method, r.Path), maxUnknown)
	}
}

func (u *Use) count(operation string) {
	for i := range u.Operations {
		if u.Operations[i].What == operation {
			u.Operations[i].Times++
			return
		}
	}
	if len(u.Operations) < maxOperations {
		u.Operations = append(u.Operations, Count{operation, 1})
	}
}

// Busiest returns the operations seen most, at most n of them.
func (u *Use) Busiest(n int) []Count {
	counts := slices.Clone(u.Operations)
	slices.SortFunc(counts, func(a, b Count) int { return cmp.Or(cmp.Compare(b.Times, a.Times), cmp.Compare(a.What, b.What)) })
	return counts[:min(n, len(counts))]
}

func origin(r inventory.Request) string {
	if r.UserAgent == "" {
		return r.IP
	}
	return r.IP + " (" + client.WithoutNonce(r.UserAgent) + ")"
}

// note adds a text that is not there yet, as long as there is room.
func note(to *[]string, text string, most int) {
	if len(*to) < most && !slices.Contains(*to, text) {
		*to = append(*to, text)
	}
}
