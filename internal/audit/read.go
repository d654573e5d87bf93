package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// pingsAtOnce is in how many companies and merchants webhooks are pinged at the same
// time.
const pingsAtOnce = 8

// Gap is a part of an account that could not be read.
type Gap struct {
	// Source is the account's name, Part what could not be read of it.
	Source string `json:"source"`
	Part   string `json:"part"`
	Error  string `json:"error"`
}

// Source is an account that was read, for the report to say so.
type Source struct {
	Platform inventory.Platform `json:"platform"`
	Name     string             `json:"name"`
	BaseURL  string             `json:"base_url"`
	// Scopes are the companies or the merchant.
	Scopes []inventory.Object `json:"scopes"`
}

// reader takes what is live into a report.
type reader struct {
	*Report

	platforms *inventory.Inventory
	uses      map[string]*Use            // by key id
	sources   map[*inventory.Account]int // where Made.Sources has them
	progress  tracker
	mu        sync.Mutex // while webhooks are pinged
}

// live adds to the report what is live and how it was used. What can't be read is a gap
// and ends nothing; only the context's end is an error.
func (r *Report) live(ctx context.Context, o Options) error {
	if o.Access == nil {
		return nil
	}
	reader := &reader{
		Report: r, platforms: inventory.New(o.Access), uses: map[string]*Use{}, sources: map[*inventory.Account]int{},
		progress: tracker{tell: o.Progress},
	}
	var options inventory.ReadOptions
	if o.Policy.Within > 0 {
		since := r.Made.Began.Add(-o.Policy.Within)
		// Later rows are the audit's own.
		r.Made.LogsSince, options.Logs = &since, &inventory.LogFilter{Since: since, Until: r.Made.Began}
	}
	for page := range reader.platforms.Read(ctx, options) {
		reader.take(page)
	}
	if o.Ping {
		reader.ping(ctx)
	}
	reader.attach(ctx)
	reader.lookUp(ctx)
	r.Made.Requests, r.Made.Rows = reader.progress.now.Requests, reader.progress.now.Rows
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("reading the platforms: %w", err)
	}
	return nil
}

// take takes in what was read.
func (r *reader) take(page inventory.Page) {
	account := page.Account
	r.progress.take(page)
	if page.Kind == "" {
		r.sources[account] = len(r.Made.Sources)
		r.Made.Sources = append(r.Made.Sources, Source{Platform: account.Platform, Name: account.Name, BaseURL: account.BaseURL, Scopes: []inventory.Object{}})
		return
	}
	if page.Err != nil {
		r.gap(account.Name, page.Part(), page.Err)
	}
	if page.Done {
		r.cover(page)
	}
	for _, object := range page.Objects {
		r.add(account, object)
	}
	for _, row := range page.Requests {
		r.used(row)
	}
}

func (r *reader) cover(page inventory.Page) {
	if page.Kind != inventory.KindCompany { // which companies there are beyond those, no list says
		r.Inventory.Cover(page.Account.Platform, page.Scope.ID, page.Kind)
	}
	// A caller that may list the organization's keys has one, so there is one to see.
	if page.Organization {
		r.Inventory.Cover(inventory.Corebill, "", inventory.KindKey)
		if page.Account.Whole {
			r.Inventory.Cover(inventory.Corebill, "", inventory.KindCompany)
		}
	}
}

func (r *reader) add(account *inventory.Account, item inventory.Item) {
	source := &r.Made.Sources[r.sources[account]]
	switch o := item.(type) {
	case inventory.Key:
		item = &Key{Key: o, WholeUse: o.Scope != nil || account.Whole}
	case *inventory.Company:
		source.Scopes = append(source.Scopes, o.Object)
		r.Inventory.Cover(inventory.Corebill, o.ID, inventory.KindCompany)
	case *inventory.Merchant:
		source.Scopes = append(source.Scopes, o.Object)
	case *inventory.PermissionSet:
		if o.Mark == provisional.Creating {
			return // an apply is still creating it
		}
	}
	r.Inventory.Live = append(r.Inventory.Live, item)
}

// gap notes what could not be read.
func (r *reader) gap(account, part string, err error) {
	text := err.Error()
	if client.Forbidden(err) {
		text += ": the account's key may not read this"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Made.Gaps = append(r.Made.Gaps, Gap{Source: account, Part: part, Error: text})
}

// used adds a row of a log to what is known of its key.
func (r *reader) used(row inventory.Request) {
	if row.KeyID == nil {
		return
	}
	if r.uses[*row.KeyID] == nil {
		r.uses[*row.KeyID] = &Use{}
	}
	r.uses[*row.KeyID].Add(row)
}

// ping has every enabled webhook pinged, in a company or merchant one after the other
// until a ping can't be sent.
func (r *reader) ping(ctx context.Context) {
	scopes := map[string][]*inventory.Webhook{}
	for webhook := range Live[*inventory.Webhook](r.Inventory) {
		if webhook.Enabled {
			scopes[webhook.Scope] = append(scopes[webhook.Scope], webhook)
			r.progress.expect(webhook.Platform, 1)
		}
	}
	var group errgroup.Group
	group.SetLimit(pingsAtOnce)
	for scope, webhooks := range scopes {
		group.Go(func() error {
			for _, webhook := range webhooks {
				err := r.platforms.Ping(ctx, webhook)
				r.progress.asked(webhook.Platform)
				if err != nil {
					r.gap(r.account(scope), "pings of webhooks of "+scope, err)
					return nil
				}
			}
			return nil
		})
	}
	_ = group.Wait() // what failed is a gap
}

// account names the account with which a company or merchant was read.
func (r *reader) account(scope string) string {
	for _, source := range r.Made.Sources {
		for _, object := range source.Scopes {
			if object.ID == scope {
				return source.Name
			}
		}
	}
	return ""
}

// attach tells of the keys which the audit is made with and how they were used, and puts
// everything in a fixed order, no matter who was read first.
func (r *reader) attach(ctx context.Context) {
	var keys []inventory.Key
	for key := range Live[*Key](r.Inventory) {
		keys = append(keys, key.Key)
	}
	owned := r.platforms.Ownership(ctx, keys)
	for key := range Live[*Key](r.Inventory) {
		key.Owned, key.Use = owned[key.ID], r.uses[key.ID]
		key.WholeUse = key.WholeUse && r.logged(key)
	}
	r.Inventory.sort()
	slices.SortFunc(r.Made.Gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Part, b.Part))
	})
}

// logged reports whether the logs of everything that the key reaches were read.
func (r *reader) logged(key *Key) bool {
	if !key.Organization() {
		return r.Inventory.Covered(key.Platform, key.Ref().Scope, inventory.KindLogs)
	}
	for company := range Live[*inventory.Company](r.Inventory) {
		if !r.Inventory.Covered(inventory.Corebill, company.ID, inventory.KindLogs) {
			return false
		}
	}
	return true
}

// maxLookups bounds the requests for keys that are gone: where very many are,
// the account is probably another than the declared one.
const maxLookups = 20

// lookUp asks when declared keys were revoked that are in no list. The platforms
// tell for 90 days. An error only leaves it unsaid.
func (r *reader) lookUp(ctx context.Context) {
	live := map[string]bool{}
	for key := range Live[*Key](r.Inventory) {
		live[key.ID] = true
	}
	r.Inventory.Revoked = map[string]time.Time{}
	asked := 0
	for _, d := range r.Inventory.Declared {
		if d.Kind != inventory.KindKey || live[d.ID] || !r.Inventory.Covered(d.Platform, d.Scope, inventory.KindKey) || asked == maxLookups {
			continue
		}
		asked++
		r.progress.expect(d.Platform, 1)
		key, err := r.platforms.Lookup(ctx, d.Platform, d.Scope, d.ID)
		r.progress.asked(d.Platform)
		if err == nil && key.RevokedAt != nil {
			r.Inventory.Revoked[d.ID] = *key.RevokedAt
		}
	}
}

// The documented limit that an audit meets first: Billium's per address. Source:
// Billium authentication page, "Rate limiting".
const (
	limitRequests = 50
	limitWindow   = time.Minute
)

// Progress is how far the reading is.
type Progress struct {
	// Requests made so far. Keys and Rows are the keys and log rows read.
	Requests, Keys, Rows int
	// Billium's requests made so far, and how many there will be at least: its
	// lists tell their length with the first page.
	BilliumRequests, BilliumExpected int
}

// AtMost is how long Billium's remaining requests take at the documented limit,
// when all of it is left to this audit. Against a platform without limits they
// take less. Corebill documents no limit, and its lists don't tell their length.
func (p Progress) AtMost() time.Duration {
	before := (p.BilliumRequests - 1) / limitRequests
	last := (p.BilliumExpected - 1) / limitRequests
	return time.Duration(max(last-before, 0)) * limitWindow
}

// tracker counts, and tells one at a time.
type tracker struct {
	mu   sync.Mutex
	now  Progress
	tell func(Progress)
}

// expect announces requests. Only Billium's are counted: Corebill's lists don't tell
// their length.
func (t *tracker) expect(platform inventory.Platform, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if platform == inventory.Billium {
		t.now.BilliumExpected += n
	}
}

// asked counts a request.
func (t *tracker) asked(platform inventory.Platform) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now.Requests++
	if platform == inventory.Billium {
		t.now.BilliumRequests++
	}
	if t.tell != nil {
		t.tell(t.now)
	}
}

// take takes in a page that was read, which happens one after the other.
func (t *tracker) take(page inventory.Page) {
	t.expect(page.Account.Platform, page.Expected)
	t.now.Rows += len(page.Requests)
	if page.Kind == inventory.KindKey {
		t.now.Keys += len(page.Objects)
	}
	for range page.Asked {
		t.asked(page.Account.Platform)
	}
}
