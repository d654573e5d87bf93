package inventory

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// corebillReader is a Corebill account as a reader of keys.
type corebillReader struct {
	CorebillAccount

	about     Account
	companies []corebillapi.Company // once asked for
	own       *Key                  // likewise
}

func (h *corebillReader) account() *Account { return &h.about }

func (h *corebillReader) credential() client.Secret { return h.Credential }

// reach returns the companies that the account reaches, the default one first.
func (h *corebillReader) reach(ctx context.Context) ([]corebillapi.Company, error) {
	if h.companies != nil {
		return h.companies, nil
	}
	companies, err := h.Companies(ctx)
	h.companies = companies
	return companies, err
}

func (h *corebillReader) each(ctx context.Context, options ListOptions) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		companies, err := h.reach(ctx)
		if err != nil {
			yield(Key{}, err)
			return
		}
		seen := map[string]bool{}
		for _, company := range companies {
			if options.Scope != "" && options.Scope != company.ID {
				continue
			}
			for key, err := range h.keys(ctx, company, options.Revoked) {
				if err != nil {
					yield(Key{}, err)
					return
				}
				if seen[key.ID] || options.Scope != "" && key.Scope == nil {
					continue
				}
				if key.Scope == nil {
					seen[key.ID] = true // every company's list has it
				}
				if !yield(key, nil) {
					return
				}
			}
		}
	}
}

// keys yields what the list of a company has.
func (h *corebillReader) keys(ctx context.Context, company corebillapi.Company, revoked bool) iter.Seq2[Key, error] {
	return mapped(h.Client.APIKeys(ctx, company.ID, corebill.KeyFilter{IncludeRevoked: revoked}), func(found corebillapi.APIKey) Key { return h.key(found, company) })
}

// tasks lists the companies, and yields what reads each of them.
func (h *corebillReader) tasks(ctx context.Context, r *reading, yield func(func()) bool) bool {
	if len(r.wanted(Corebill, part{kind: KindCompany}, part{kind: KindKey}, part{kind: KindWebhook}, part{kind: KindLogs})) == 0 {
		return true
	}
	if !r.send(Page{Account: h.account()}) {
		return false
	}
	var companies []corebillapi.Company
	r.parts(h.account(), Place{}, []part{{KindCompany, func(send func(Page) bool) (err error) {
		if companies, err = h.reach(ctx); err != nil {
			return err
		}
		page := Page{Asked: 1}
		for _, company := range companies {
			page.Objects = append(page.Objects, companyOf(company))
		}
		send(page)
		return nil
	}}})
	first := true
	for _, company := range companies {
		if !r.claim(company.ID) {
			continue
		}
		own := first
		first = false
		if !yield(func() { h.read(ctx, r, company, own) }) {
			return false
		}
	}
	if first && len(companies) > 0 {
		// Other accounts read all of its companies, but maybe not its organization.
		return yield(func() {
			r.parts(h.account(), Place{companies[0].ID, companies[0].Name}, r.wanted(Corebill, h.keysPart(ctx, r, companies[0])))
		})
	}
	return true
}

func (h *corebillReader) keysPart(ctx context.Context, r *reading, company corebillapi.Company) part {
	return part{KindKey, func(send func(Page) bool) error {
		return inPages(h.keys(ctx, company, r.Revoked), new(int), send, live(func(key Key) Key { return key }))
	}}
}

// read reads a company. first is that of the account with whose log the rows come that
// name no company: every company's has them.
func (h *corebillReader) read(ctx context.Context, r *reading, company corebillapi.Company, first bool) {
	r.parts(h.account(), Place{company.ID, company.Name}, r.wanted(Corebill, h.keysPart(ctx, r, company), part{KindWebhook, func(send func(Page) bool) error {
		return inPages(h.Client.Webhooks(ctx, company.ID), new(int), send, live(corebillWebhook))
	}}, part{KindLogs, func(send func(Page) bool) error {
		return inPages(h.Client.APILogs(ctx, company.ID, r.Logs.corebill()), new(int), send, func(page *Page, row corebillapi.APILog) {
			if row.CompanyID != nil || first {
				page.Requests = append(page.Requests, h.request(row))
			}
		})
	}}))
}

func (h *corebillReader) key(found corebillapi.APIKey, company corebillapi.Company) Key {
	k := Key{
		Platform: Corebill, Account: h.Name, ID: found.ID, Name: found.Name, Scope: found.CompanyID, KeyPrefix: found.KeyPrefix,
		Status: status(!found.Disabled, found.RevokedAt), Level: string(found.PermissionLevel), CreatedBy: found.CreatedBy,
		CreatedAt: found.CreatedAt, LastUsedAt: found.LastUsedAt, RevokedAt: found.RevokedAt, reader: h, company: company.ID,
	}
	if found.CompanyID != nil {
		k.ScopeName = company.Name
	}
	return k.marked(h.now())
}

func (h *corebillReader) get(ctx context.Context, key Key) (Key, error) {
	found, err := h.Client.GetAPIKey(ctx, key.company, key.ID)
	if err != nil {
		return Key{}, err
	}
	return h.key(*found, corebillapi.Company{ID: key.company, Name: key.ScopeName}), nil
}

// byID looks in one company after another: Corebill answers about a key in its
// own alone.
func (h *corebillReader) byID(ctx context.Context, id string) (Key, error) {
	missing := fmt.Errorf("%w: %s", client.ErrNotFound, id)
	if !platform.ValidID(platform.APIKeyID, id) {
		return Key{}, missing
	}
	companies, err := h.reach(ctx)
	if err != nil {
		return Key{}, err
	}
	for _, company := range companies {
		found, err := h.Client.GetAPIKey(ctx, company.ID, id)
		if errors.Is(err, client.ErrNotFound) {
			continue
		}
		if err != nil {
			return Key{}, err
		}
		return h.key(*found, company), nil
	}
	return Key{}, missing
}

func (h *corebillReader) revoke(ctx context.Context, key Key) error {
	return h.Client.RevokeAPIKey(ctx, key.company, key.ID)
}

func (h *corebillReader) as(token client.Secret) (reader, error) {
	other := *h
	var err error
	other.Client, err = h.Client.WithCredential(token)
	// Another credential reaches other companies.
	other.Credential, other.CompanyIDs, other.companies, other.own = token, nil, nil, nil
	return &other, err
}

func (h *corebillReader) verify(ctx context.Context) error { return h.Client.Verify(ctx) }

func (h *corebillReader) self(ctx context.Context) (Key, error) {
	if h.own != nil {
		return *h.own, nil
	}
	companies, err := h.reach(ctx)
	if err != nil {
		return Key{}, client.Unidentified("the account's companies could not be listed", err)
	}
	found, err := h.Client.OwnKey(ctx, companies[0].ID)
	if err != nil {
		return Key{}, err
	}
	key := h.key(*found, companies[0])
	h.own = &key
	return key, nil
}

func (h *corebillReader) identify(ctx context.Context, maybe Key, token client.Secret) (client.Identity, error) {
	return h.Client.Identify(ctx, maybe.company, token)
}

func (h *corebillReader) logs(ctx context.Context, filter LogFilter) iter.Seq2[Request, error] {
	return func(yield func(Request, error) bool) {
		companies, err := h.reach(ctx)
		if err != nil {
			yield(Request{}, err)
			return
		}
		seen := map[string]bool{}
		for _, company := range companies {
			if filter.Scope != "" && filter.Scope != company.ID {
				continue
			}
			rows := 0
			for row, err := range h.Client.APILogs(ctx, company.ID, filter.corebill()) {
				if err != nil {
					yield(Request{}, fmt.Errorf("the log of the company %s: %w", company.ID, err))
					return
				}
				request := h.request(row)
				if seen[row.ID] || !filter.passes(request) {
					continue
				}
				if row.CompanyID == nil {
					seen[row.ID] = true // every company's log has it
				}
				if !yield(request, nil) {
					return
				}
				if rows++; filter.Limit > 0 && rows >= filter.Limit {
					break
				}
			}
		}
	}
}

func (h *corebillReader) request(row corebillapi.APILog) Request {
	return Request{
		Platform: Corebill, Account: h.Name, ID: row.ID, KeyID: row.APIKeyID, Scope: row.CompanyID, Method: row.Method, Path: row.Path,
		Status: row.Status, DurationMS: row.DurationMs, IP: row.IP, UserAgent: row.UserAgent, CreatedAt: row.CreatedAt,
	}
}
