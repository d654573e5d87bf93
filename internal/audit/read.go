package audit

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// pingsAtOnce is in how many companies and merchants webhooks are pinged at the same
// time.
const pingsAtOnce = 8

// Reading says what to read of the platforms.
type Reading struct {
	Access *inventory.Accounts
	// Within is how far back the logs are read; 0 leaves them out.
	Within time.Duration
	// Ping has every enabled webhook pinged, which its endpoint notices.
	Ping bool
	// Now is when the audit began: later log rows are its own.
	Now time.Time
	// Progress is told after every request, one call at a time; nil: no one.
	Progress func(Progress)
}

// Gap is a part of an account that could not be read.
type Gap struct {
	// Source is the account's name, Part what could not be read of it.
	Source string `json:"source"`
	Part   string `json:"part"`
	Error  string `json:"error"`
}

// Source is an account that was read, for the report to say so.
type Source struct {
	Platform Platform `json:"platform"`
	Name     string   `json:"name"`
	BaseURL  string   `json:"base_url"`
	// Scopes are the companies or the merchant.
	Scopes []Object `json:"scopes"`
}

// reader takes what is live into an inventory.
type reader struct {
	Reading

	in        *Inventory
	inventory *inventory.Inventory
	keys      []inventory.Key
	uses      map[string]*Use // by key id
	sources   []*Source
	byAccount map[*inventory.Account]*Source
	progress  tracker

	mu   sync.Mutex // while webhooks are pinged
	gaps []Gap
}

// Outcome is what came of a reading.
type Outcome struct {
	Sources []Source
	Gaps    []Gap
	Progress
}

// ReadLive adds to the inventory what is live and how it was used. What can't be
// read is a gap and ends nothing; only the context's end is an error.
func ReadLive(ctx context.Context, in *Inventory, reading Reading) (*Outcome, error) {
	r := &reader{
		Reading: reading, in: in, inventory: inventory.New(reading.Access), uses: map[string]*Use{},
		byAccount: map[*inventory.Account]*Source{}, progress: tracker{tell: reading.Progress},
	}
	var options inventory.ReadOptions
	if r.Within > 0 {
		options.Logs = &inventory.LogFilter{Since: r.Now.Add(-r.Within), Until: r.Now}
	}
	for page := range r.inventory.Read(ctx, options) {
		r.take(page)
	}
	r.ping(ctx)
	r.own(ctx)
	r.attach()
	r.lookUp(ctx)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	outcome := &Outcome{Gaps: r.gaps, Progress: r.progress.now}
	for _, s := range r.sources {
		outcome.Sources = append(outcome.Sources, *s)
	}
	return outcome, nil
}

// take takes in what was read.
func (r *reader) take(page inventory.Page) {
	account := page.Account
	r.progress.take(page)
	if page.Kind == "" {
		source := &Source{Platform: account.Platform, Name: account.Name, BaseURL: account.BaseURL, Scopes: []Object{}}
		r.sources, r.byAccount[account] = append(r.sources, source), source
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
	if page.Kind != KindCompany { // which companies there are beyond those, no list says
		r.in.Cover(page.Account.Platform, page.Scope.ID, page.Kind)
	}
	// A caller that may list the organization's keys has one, so there is one to see.
	if page.Organization {
		r.in.Cover(Corebill, "", KindKey)
		if page.Account.Whole {
			r.in.Cover(Corebill, "", KindCompany)
		}
	}
}

func (r *reader) add(account *inventory.Account, item inventory.Item) {
	source := r.byAccount[account]
	switch o := item.(type) {
	case inventory.Key:
		r.keys = append(r.keys, o)
		r.in.Keys = append(r.in.Keys, keyOf(o, account))
	case *Company:
		source.Scopes = append(source.Scopes, o.Object)
		r.in.Cover(Corebill, o.ID, KindCompany)
		r.in.Companies = append(r.in.Companies, o)
	case *Merchant:
		source.Scopes = append(source.Scopes, o.Object)
		r.in.Merchants = append(r.in.Merchants, o)
	case *PermissionSet:
		if o.Mark != provisional.Creating { // an apply is still creating it
			r.in.Sets = append(r.in.Sets, o)
		}
	case *Member:
		r.in.Members = append(r.in.Members, o)
	case *Invitation:
		r.in.Invitations = append(r.in.Invitations, o)
	case *Webhook:
		r.in.Webhooks = append(r.in.Webhooks, o)
	}
}

// keyOf is a key as the rules see it.
func keyOf(k inventory.Key, account *inventory.Account) *Key {
	key := &Key{
		Object: k.Ref(), Account: k.Account, Prefix: k.KeyPrefix, Level: corebill.Level(k.Level), Type: billium.KeyType(k.Type),
		Enabled: k.Status == inventory.Live, Mark: k.Mark, CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt, LastUsedAt: k.LastUsedAt,
		WholeUse: k.Scope != nil || account.Whole,
	}
	if k.PermissionSetID != nil {
		key.PermissionSetID = *k.PermissionSetID
	}
	for _, p := range k.Permissions {
		key.Permissions = append(key.Permissions, billium.Permission(p))
	}
	return key
}

// gap notes what could not be read.
func (r *reader) gap(account, part string, err error) {
	text := err.Error()
	if client.Forbidden(err) {
		text += ": the account's key may not read this"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gaps = append(r.gaps, Gap{Source: account, Part: part, Error: text})
}

// used adds a row of a log to what is known of its key.
func (r *reader) used(row inventory.Request) {
	if row.KeyID == nil {
		return
	}
	use := r.uses[*row.KeyID]
	if use == nil {
		use = &Use{}
		r.uses[*row.KeyID] = use
	}
	scope := ""
	if row.Scope != nil {
		scope = *row.Scope
	}
	use.Add(Row{
		Platform: Platform(row.Platform), Scope: scope, Method: row.Method, Path: row.Path, Status: row.Status,
		IP: row.IP, UserAgent: row.UserAgent, At: row.CreatedAt,
	})
}

// ping has every enabled webhook pinged, in a company or merchant one after the other
// until a ping can't be sent.
func (r *reader) ping(ctx context.Context) {
	scopes := map[string][]*Webhook{}
	for _, webhook := range r.in.Webhooks {
		if r.Ping && webhook.Enabled {
			scopes[webhook.Scope] = append(scopes[webhook.Scope], webhook)
			r.progress.expect(webhook.Platform, 1)
		}
	}
	var group errgroup.Group
	group.SetLimit(pingsAtOnce)
	for scope, webhooks := range scopes {
		group.Go(func() error {
			for _, webhook := range webhooks {
				err := r.inventory.Ping(ctx, webhook)
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
	for _, source := range r.sources {
		for _, object := range source.Scopes {
			if object.ID == scope {
				return source.Name
			}
		}
	}
	return ""
}

// own marks the keys that the audit is made with: the platform tells, and the prefix
// which it may be where the platform doesn't.
func (r *reader) own(ctx context.Context) {
	owned := r.inventory.Ownership(ctx, r.keys)
	for _, key := range r.in.Keys {
		key.Own, key.MaybeOwn = owned[key.ID] == inventory.Own, owned[key.ID] == inventory.MaybeOwn
	}
}

// attach gives the keys their use and puts everything in a fixed order, no matter who
// was read first.
func (r *reader) attach() {
	for _, key := range r.in.Keys {
		key.Use = r.uses[key.ID]
		key.WholeUse = key.WholeUse && r.logged(key)
	}
	r.in.sort()
	sortGaps(r.gaps)
}

// logged reports whether the logs of everything that the key reaches were read.
func (r *reader) logged(key *Key) bool {
	if !key.Organization() {
		return r.in.Covered(key.Platform, key.Scope, inventory.KindLogs)
	}
	for _, company := range r.in.Companies {
		if !r.in.Covered(Corebill, company.ID, inventory.KindLogs) {
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
	live := make(map[string]bool, len(r.in.Keys))
	for _, key := range r.in.Keys {
		live[key.ID] = true
	}
	r.in.Revoked = map[string]time.Time{}
	asked := 0
	for _, d := range r.in.Declared {
		if d.Kind != KindKey || live[d.ID] || !r.in.Covered(d.Platform, d.Scope, KindKey) || asked == maxLookups {
			continue
		}
		asked++
		r.progress.expect(d.Platform, 1)
		key, err := r.inventory.Lookup(ctx, d.Platform, d.Scope, d.ID)
		r.progress.asked(d.Platform)
		if err == nil && key.RevokedAt != nil {
			r.in.Revoked[d.ID] = *key.RevokedAt
		}
	}
}
