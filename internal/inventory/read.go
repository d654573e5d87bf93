package inventory

import (
	"context"
	"iter"
	"slices"

	"golang.org/x/sync/errgroup"
)

// atOnce is how many companies and merchants are read at the same time.
const atOnce = 8

// pageSize is how many objects a page of either platform has at most.
const pageSize = 100

// Account names an account that is read.
type Account struct {
	Platform Platform
	Name     string
	BaseURL  string
	// Whole tells that every company that the credential reaches is read.
	Whole bool
}

// ReadOptions narrow what Read reads. The zero value is everything that is live.
type ReadOptions struct {
	// Wants says which kinds are read; nil for all. Companies are always listed.
	Wants func(platform Platform, kind Kind) bool
	// Revoked includes the keys revoked in the last 90 days.
	Revoked bool
	// Logs are the requests to read, too; nil for none. Only its times are looked at.
	Logs *LogFilter
	// Sequential reads one account after the other, in their order and each whole: what
	// several of them see comes from the first that may read it. Without it, companies
	// and merchants are read at the same time, each through the first account that
	// reaches it alone.
	Sequential bool
}

// Page is what Read has read, usually with one request, of a list of a company's or
// merchant's. The first page of an account only says that it is read now.
type Page struct {
	Account *Account
	// Kind is what the list has; empty for an account's first page.
	Kind Kind
	// Scope is the company or merchant; empty for the list of companies.
	Scope Place
	// Objects are live. None of them comes twice.
	Objects []Item
	// Requests are rows of the log, newest first.
	Requests []Request
	// Asked is how many requests the page took, Expected how many more are certain to
	// follow as of now.
	Asked, Expected int
	// Done tells that all of the list was read. Organization tells of such a list of
	// keys that the organization's were in it.
	Done, Organization bool
	// Err is why the rest of the list could not be read.
	Err error
}

// Part names the list: "keys of com_1".
func (p Page) Part() string {
	part := string(p.Kind)
	if p.Kind == KindCompany {
		return "companies"
	}
	if p.Kind != KindMerchant && p.Kind != KindLogs {
		part += "s"
	}
	return part + " of " + p.Scope.ID
}

// Read yields everything that is live in the accounts, page by page as they come. What
// can't be read is a page with its error and ends nothing, but for the end of the
// context, which each list reports. What was begun is over when it returns.
func (inv *Inventory) Read(ctx context.Context, options ReadOptions) iter.Seq[Page] {
	return func(yield func(Page) bool) {
		r := &reading{ReadOptions: options, inv: inv, claimed: map[string]bool{}}
		seen, stopped := map[string]bool{}, false
		once := func(page Page) bool {
			page.Objects = slices.DeleteFunc(page.Objects, func(object Item) bool {
				id := string(object.Ref().Kind) + object.Ref().ID
				known := seen[id]
				seen[id] = true
				return known
			})
			stopped = stopped || !yield(page)
			return !stopped
		}
		if options.Sequential {
			r.send = once
			r.tasks(ctx, func(task func()) bool { task(); return !stopped })
			return
		}
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		pages := make(chan Page)
		r.send = func(page Page) bool { pages <- page; return ctx.Err() == nil }
		go func() {
			defer close(pages)
			var group errgroup.Group
			group.SetLimit(atOnce)
			r.tasks(ctx, func(task func()) bool {
				group.Go(func() error { task(); return nil })
				return true
			})
			_ = group.Wait() // pages tell of errors
		}()
		for page := range pages {
			if !once(page) {
				stop()
			}
		}
	}
}

// reading is a run of Read.
type reading struct {
	ReadOptions

	inv     *Inventory
	claimed map[string]bool // companies and merchants that an account reads
	send    func(Page) bool
}

// claim reports whether an account is to read a company or a merchant. Who does where
// several reach it must not depend on chance.
func (r *reading) claim(scope string) bool {
	if r.claimed[scope] && !r.Sequential {
		return false
	}
	r.claimed[scope] = true
	return true
}

// tasks yields what can be read at the same time: each company, and what there is of
// Billium by address. There, one merchant is read after the other: they share the limit
// of this machine, and each would only take the others' turns.
func (r *reading) tasks(ctx context.Context, yield func(func()) bool) {
	var addresses []string
	merchants := map[string][]*reader{}
	for h := range r.inv.of(Billium) {
		if r.claim(h.reached[0].ID) {
			at := h.about.BaseURL
			if merchants[at] == nil {
				addresses = append(addresses, at)
			}
			merchants[at] = append(merchants[at], h)
		}
	}
	billium := func() bool {
		for _, at := range addresses {
			if !yield(func() {
				for _, h := range merchants[at] {
					h.readMerchant(ctx, r)
				}
			}) {
				return false
			}
		}
		return true
	}
	if !r.Sequential && !billium() {
		return
	}
	for h := range r.inv.of(Corebill) {
		if !h.companyTasks(ctx, r, yield) {
			return
		}
	}
	if r.Sequential {
		billium()
	}
}

func (h *reader) readMerchant(ctx context.Context, r *reading) {
	at := h.reached[0]
	lists := h.wanted(ctx, r, at, true)
	if r.send(Page{Account: &h.about, Scope: at, Expected: len(lists)}) {
		r.parts(&h.about, at, lists)
	}
}

// companyTasks lists the companies, and yields what reads each of them.
func (h *reader) companyTasks(ctx context.Context, r *reading, yield func(func()) bool) bool {
	if len(r.wanted(Corebill, part{kind: KindCompany}, part{kind: KindKey}, part{kind: KindWebhook}, part{kind: KindLogs})) == 0 {
		return true
	}
	if !r.send(Page{Account: &h.about}) {
		return false
	}
	var companies []Place
	r.parts(&h.about, Place{}, []part{{KindCompany, func(send func(Page) bool) (err error) {
		if companies, err = h.reach(ctx); err == nil {
			send(Page{Asked: 1, Objects: slices.Clone(h.live)})
		}
		return err
	}}})
	first := true
	for _, company := range companies {
		if !r.claim(company.ID) {
			continue
		}
		lists := h.wanted(ctx, r, company, first)
		first = false
		if !yield(func() { r.parts(&h.about, company, lists) }) {
			return false
		}
	}
	if first && len(companies) > 0 {
		// Other accounts read all of its companies, but maybe not its organization.
		lists := slices.DeleteFunc(h.wanted(ctx, r, companies[0], true), func(p part) bool { return p.kind != KindKey })
		return yield(func() { r.parts(&h.about, companies[0], lists) })
	}
	return true
}

// wanted are the lists of a company or merchant that are asked for. first is that of the
// account with whose log the rows come that name no company: every company's has them.
func (h *reader) wanted(ctx context.Context, r *reading, at Place, first bool) []part {
	var keyPages, logPages int
	keys := part{KindKey, func(send func(Page) bool) error {
		list := h.listIn(ctx, at, r.Revoked, func(n int) { keyPages = n })
		return inPages(list, &keyPages, send, live(func(key Key) Key { return key }))
	}}
	log := part{KindLogs, func(send func(Page) bool) error {
		list := h.logIn(ctx, at, *r.Logs, func(n int) { logPages = n })
		return inPages(list, &logPages, send, func(page *Page, row Request) {
			if row.Scope != nil || first {
				page.Requests = append(page.Requests, row)
			}
		})
	}}
	return r.wanted(h.about.Platform, h.lists(ctx, at.ID, keys, log)...)
}

// part is a list that is read whole, or that has a gap.
type part struct {
	kind Kind
	read func(send func(Page) bool) error
}

// wanted are the parts of a platform that are asked for.
func (r *reading) wanted(platform Platform, parts ...part) []part {
	return slices.DeleteFunc(parts, func(p part) bool {
		return p.kind == KindLogs && r.Logs == nil || r.Wants != nil && !r.Wants(platform, p.kind)
	})
}

// parts reads one part after the other, whether or not those before could be read.
func (r *reading) parts(account *Account, scope Place, parts []part) {
	for _, p := range parts {
		done := Page{Done: true}
		going := true
		send := func(page Page) bool {
			page.Account, page.Kind, page.Scope = account, p.kind, scope
			done.Organization = done.Organization || slices.ContainsFunc(page.Objects, func(object Item) bool {
				key, ok := object.(Key)
				return ok && key.Scope == nil
			})
			going = going && r.send(page)
			return going
		}
		if err := p.read(send); err != nil {
			done = Page{Err: err, Asked: 1}
		}
		if !going || !send(done) {
			return
		}
	}
}

// inPages sends what a list yields, each page as it is there. announced is how many
// pages the list says that it has; 0 where it doesn't.
func inPages[T any](list iter.Seq2[T, error], announced *int, send func(Page) bool, add func(*Page, T)) error {
	page, pages, n := Page{Asked: 1}, 0, 0
	flush := func() bool {
		switch pages++; {
		case pages == 1:
			page.Expected = max(0, *announced-1)
		case *announced == 0:
			page.Expected = 1
		}
		going := send(page)
		page, n = Page{Asked: 1}, 0
		return going
	}
	for object, err := range list {
		if err != nil {
			return err
		}
		add(&page, object)
		if n++; n == pageSize && !flush() {
			return nil
		}
	}
	if n > 0 || pages == 0 {
		flush()
	}
	return nil
}

// live adds an object to a page.
func live[T any, L Item](as func(T) L) func(*Page, T) {
	return func(page *Page, object T) { page.Objects = append(page.Objects, as(object)) }
}
