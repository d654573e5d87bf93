package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// atOnce is how many companies and merchants are read at the same time.
const atOnce = 8

// Reading says what to read of the platforms.
type Reading struct {
	Access *inventory.Accounts
	// Within is how far back the logs are read; 0 leaves them out.
	Within time.Duration
	// Ping has every enabled webhook pinged, which its endpoint notices.
	Ping bool
	// Now is when the audit began: later log rows are its own.
	Now time.Time
	// Progress is told after every request, one call at a time; nil: nobody.
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

// reader reads the accounts into an inventory. Its mutex guards all that the
// parallel readings write to.
type reader struct {
	Reading

	mu       sync.Mutex
	in       *Inventory
	uses     map[string]*Use // by key id
	claimed  map[string]bool // companies and merchants that an account has taken
	known    map[string]bool // ids of the keys that were read
	getters  map[coverage]getter
	sources  []*Source
	gaps     []Gap
	progress tracker
	group    *errgroup.Group
}

// Outcome is what came of a reading.
type Outcome struct {
	Sources []Source
	Gaps    []Gap
	Progress
}

// ReadLive adds to the inventory what is live and how it was used. What can't be
// read is a gap and ends nothing; only the context's end is an error.
func ReadLive(ctx context.Context, in *Inventory, r Reading) (*Outcome, error) {
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	rd := &reader{
		Reading: r, in: in, group: group, uses: map[string]*Use{}, claimed: map[string]bool{}, known: map[string]bool{},
		getters:  map[coverage]getter{},
		progress: tracker{tell: r.Progress},
	}
	if r.Access != nil {
		rd.start(reading)
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	rd.attach(ctx)
	if err := rd.lookUp(ctx); err != nil {
		return nil, err
	}
	outcome := &Outcome{Gaps: rd.gaps, Progress: rd.progress.now}
	for _, s := range rd.sources {
		outcome.Sources = append(outcome.Sources, *s)
	}
	return outcome, nil
}

// start begins the readings. The companies of each account come first, one
// account after the other: who reads a company that two accounts reach must not
// depend on chance.
func (r *reader) start(ctx context.Context) {
	for _, merchants := range r.merchants() {
		r.group.Go(func() error {
			for _, m := range merchants {
				if err := m.all(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, a := range r.Access.Corebill {
		source := r.source(Corebill, a.Name, a.Client.BaseURL())
		r.corebill(ctx, source, a)
	}
}

func (r *reader) source(platform Platform, name, baseURL string) *Source {
	source := &Source{Platform: platform, Name: name, BaseURL: baseURL, Scopes: []Object{}}
	r.sources = append(r.sources, source)
	return source
}

// part is something to read of a company or a merchant.
type part struct {
	name string
	read func(context.Context) error
}

// parts reads one part after the other, whether or not those before could be
// read.
func (r *reader) parts(ctx context.Context, source *Source, scope string, parts []part) error {
	for _, p := range parts {
		if _, err := r.part(ctx, source, p.name+" of "+scope, func() error { return p.read(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

// part reads a part of an account. It reports whether all of it was read; if
// not, the reason is a gap, or the error where nothing more can be read at all.
func (r *reader) part(ctx context.Context, source *Source, name string, read func() error) (bool, error) {
	err := read()
	if err == nil {
		return true, nil
	}
	if ctx.Err() != nil {
		return false, fmt.Errorf("reading the %s of %q: %w", name, source.Name, ctx.Err())
	}
	var failed *client.Error
	text := err.Error()
	if errors.As(err, &failed) && client.Forbidden(err) {
		text += ": the account's key may not read this"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gaps = append(r.gaps, Gap{Source: source.Name, Part: name, Error: text})
	return false, nil
}

// used adds a row of a log to what is known of its key.
func (r *reader) used(keyID *string, row Row) {
	if keyID == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	use := r.uses[*keyID]
	if use == nil {
		use = &Use{}
		r.uses[*keyID] = use
	}
	use.Add(row)
}

// attach gives the keys their use and puts everything in a fixed order, whoever
// was read first.
func (r *reader) attach(ctx context.Context) {
	for _, key := range r.in.Keys {
		key.Use = r.uses[key.ID]
		key.WholeUse = key.WholeUse && r.logged(key)
	}
	if r.Access != nil {
		for _, a := range r.Access.Corebill {
			r.own(ctx, a)
		}
	}
	r.in.sort()
	sortGaps(r.gaps)
}

// logged reports whether the logs of everything that the key reaches were read.
func (r *reader) logged(key *Key) bool {
	if !key.Organization() {
		return r.in.Covered(key.Platform, key.Scope, kindLogs)
	}
	for _, company := range r.in.Companies {
		if !r.in.Covered(Corebill, company.ID, kindLogs) {
			return false
		}
	}
	return true
}

// own finds the key that an account of Corebill's is used with: the log tells, and its
// prefix which it may be where the log doesn't.
func (r *reader) own(ctx context.Context, a inventory.CorebillAccount) {
	var candidates []*Key
	for _, key := range r.in.Keys {
		if key.Platform == Corebill && strings.HasPrefix(a.Credential.Reveal(), key.Prefix) {
			candidates = append(candidates, key)
		}
	}
	if len(candidates) == 0 || len(r.in.Companies) == 0 {
		return
	}
	companies, err := a.Companies(ctx)
	id := ""
	if err == nil {
		var own *corebillapi.APIKey
		if own, err = a.Client.OwnKey(ctx, companies[0].ID); err == nil {
			id = own.ID
		}
	}
	for _, key := range candidates {
		key.Own, key.MaybeOwn = key.Own || key.ID == id, key.MaybeOwn || err != nil
	}
}
