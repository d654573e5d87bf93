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

	companies []corebillapi.Company // once asked for
	own       *Key                  // likewise
}

func (h *corebillReader) name() string { return h.Name }

func (h *corebillReader) platform() string { return Corebill }

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
			for found, err := range h.Client.APIKeys(ctx, company.ID, corebill.KeyFilter{IncludeRevoked: options.Revoked}) {
				if err != nil {
					yield(Key{}, err)
					return
				}
				if seen[found.ID] || options.Scope != "" && found.CompanyID == nil {
					continue
				}
				if found.CompanyID == nil {
					seen[found.ID] = true // every company's list has it
				}
				if !yield(h.key(found, company), nil) {
					return
				}
			}
		}
	}
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
