package inventory

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// billiumReader is a Billium account as a reader of keys.
type billiumReader struct {
	BilliumAccount

	about Account
	own   *billiumapi.CurrentAPIKey // once asked for
}

func (h *billiumReader) account() *Account { return &h.about }

func (h *billiumReader) credential() client.Secret { return h.Credential }

func (h *billiumReader) each(ctx context.Context, options ListOptions) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		if options.Scope != "" && options.Scope != h.MerchantID {
			return
		}
		h.keys(ctx, billium.KeyFilter{IncludeRevoked: options.Revoked})(yield)
	}
}

func (h *billiumReader) keys(ctx context.Context, filter billium.KeyFilter) iter.Seq2[Key, error] {
	return mapped(h.Client.APIKeys(ctx, h.MerchantID, filter), h.key)
}

// read reads the merchant.
func (h *billiumReader) read(ctx context.Context, r *reading) {
	parts := r.wanted(Billium, part{KindMerchant, func(send func(Page) bool) error { return h.merchant(ctx, send) }},
		part{KindPermissionSet, func(send func(Page) bool) error {
			return inPages(h.Client.PermissionSets(ctx, h.MerchantID), new(int), send, live(func(s billiumapi.PermissionSet) *PermissionSet { return setOf(s, h.now()) }))
		}},
		part{KindKey, func(send func(Page) bool) error {
			var pages int
			filter := billium.KeyFilter{IncludeRevoked: r.Revoked, Announce: func(n int) { pages = n }}
			return inPages(h.keys(ctx, filter), &pages, send, live(func(key Key) Key { return key }))
		}},
		part{KindMember, func(send func(Page) bool) error {
			return inPages(h.Client.TeamMembers(ctx, h.MerchantID), new(int), send, live(memberOf))
		}},
		part{KindInvitation, func(send func(Page) bool) error {
			return inPages(h.Client.Invitations(ctx, h.MerchantID), new(int), send, live(invitationOf))
		}},
		part{KindWebhook, func(send func(Page) bool) error {
			hooks, err := h.Client.Webhooks(ctx, h.MerchantID)
			page := Page{Asked: 1}
			for _, hook := range hooks {
				page.Objects = append(page.Objects, billiumWebhook(hook))
			}
			if err == nil {
				send(page)
			}
			return err
		}},
		part{KindLogs, func(send func(Page) bool) error {
			var pages int
			filter := r.Logs.billium()
			filter.Announce = func(n int) { pages = n }
			return inPages(h.Client.APILogs(ctx, h.MerchantID, filter), &pages, send, func(page *Page, row billiumapi.APILog) {
				page.Requests = append(page.Requests, h.request(row))
			})
		}})
	if r.send(Page{Account: h.account(), Scope: Place{ID: h.MerchantID}, Expected: len(parts)}) {
		r.parts(h.account(), Place{ID: h.MerchantID}, parts)
	}
}

// merchant reads the merchant itself, and what the security of its team enforces.
func (h *billiumReader) merchant(ctx context.Context, send func(Page) bool) error {
	found, err := h.Client.GetMerchant(ctx, h.MerchantID)
	if err != nil {
		return err
	}
	merchant := &Merchant{Object: Object{Billium, KindMerchant, found.ID, found.Name, found.ID}}
	security, err := h.Client.GetTeamSecurity(ctx, h.MerchantID)
	if err == nil {
		merchant.Factors = map[string]bool{
			"tfa": security.EnforceTfa, "passkey": security.EnforcePasskey, "google_login": security.EnforceGoogleLogin,
			"github_login": security.EnforceGithubLogin, "email_verified": security.EnforceEmailVerified,
		}
		send(Page{Objects: []Item{merchant}, Asked: 2, Expected: 1})
		return nil
	}
	send(Page{Objects: []Item{merchant}, Asked: 1, Expected: 1})
	return err
}

func memberOf(m billiumapi.TeamMember) *Member {
	return &Member{
		Object: Object{Billium, KindMember, m.ID, strings.ToLower(m.Email), m.MerchantID}, Email: m.Email, Role: platform.Role(m.Role),
		Permissions: permissions(m.Permissions), PermissionSetID: deref(m.PermissionSetID), JoinedAt: m.JoinedAt,
	}
}

func invitationOf(i billiumapi.Invitation) *Invitation {
	invitation := &Invitation{
		Object: Object{Billium, KindInvitation, i.ID, strings.ToLower(i.Email), i.MerchantID}, Email: i.Email, Role: platform.Role(i.Role),
		PermissionSetID: deref(i.PermissionSetID), CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, Expired: i.Status == billiumapi.InvitationStatusExpired,
	}
	if i.Permissions != nil {
		invitation.Permissions = permissions(*i.Permissions)
	}
	return invitation
}

func (h *billiumReader) key(found billiumapi.APIKey) Key {
	key := Key{
		Platform: Billium, Account: h.Name, ID: found.ID, Name: found.Name, Scope: &found.MerchantID, KeyPrefix: found.KeyPrefix,
		Status: status(found.IsActive, found.RevokedAt), Type: string(found.Type), Permissions: words[string](found.Permissions),
		PermissionSetID: found.PermissionSetID, CreatedBy: found.CreatedBy,
		CreatedAt: found.CreatedAt, LastUsedAt: found.LastUsedAt, RevokedAt: found.RevokedAt, reader: h,
	}
	return key.marked(h.now())
}

func (h *billiumReader) get(ctx context.Context, key Key) (Key, error) {
	found, err := h.Client.GetAPIKey(ctx, h.MerchantID, key.ID)
	if err != nil {
		return Key{}, err
	}
	return h.key(*found), nil
}

func (h *billiumReader) byID(ctx context.Context, id string) (Key, error) {
	if !platform.ValidID(platform.APIKeyID, id) {
		return Key{}, fmt.Errorf("%w: %s", client.ErrNotFound, id)
	}
	return h.get(ctx, Key{ID: id})
}

func (h *billiumReader) revoke(ctx context.Context, key Key) error {
	return h.Client.RevokeAPIKey(ctx, h.MerchantID, key.ID)
}

func (h *billiumReader) as(token client.Secret) (reader, error) {
	other := *h
	var err error
	other.Client, err = h.Client.WithCredential(token)
	other.Credential, other.own = token, nil
	return &other, err
}

func (h *billiumReader) verify(ctx context.Context) error { return h.Client.Verify(ctx, h.MerchantID) }

func (h *billiumReader) self(ctx context.Context) (Key, error) {
	current, err := h.ownKey(ctx)
	if err != nil {
		return Key{}, err
	}
	return h.currentKey(current), nil
}

// ownKey asks for the account's own key once.
func (h *billiumReader) ownKey(ctx context.Context) (*billiumapi.CurrentAPIKey, error) {
	if h.own != nil {
		return h.own, nil
	}
	current, err := h.Client.OwnKey(ctx, h.MerchantID)
	h.own = current
	return current, err
}

func (h *billiumReader) identify(ctx context.Context, _ Key, token client.Secret) (client.Identity, error) {
	return h.Client.Identify(ctx, h.MerchantID, token)
}

func (h *billiumReader) currentKey(current *billiumapi.CurrentAPIKey) Key {
	return h.key(billiumapi.APIKey{
		ID: current.ID, MerchantID: current.MerchantID, Name: current.Name, Type: current.Type, Permissions: current.EffectivePermissions,
		PermissionSetID: current.PermissionSetID, KeyPrefix: current.KeyPrefix, IsActive: current.IsActive, CreatedBy: current.CreatedBy,
		CreatedAt: current.CreatedAt, LastUsedAt: current.LastUsedAt, RevokedAt: current.RevokedAt,
	})
}

func (h *billiumReader) logs(ctx context.Context, filter LogFilter) iter.Seq2[Request, error] {
	return func(yield func(Request, error) bool) {
		if filter.Scope != "" && filter.Scope != h.MerchantID {
			return
		}
		rows := 0
		for row, err := range h.Client.APILogs(ctx, h.MerchantID, filter.billium()) {
			if err != nil {
				yield(Request{}, fmt.Errorf("the log of the merchant %s: %w", h.MerchantID, err))
				return
			}
			request := h.request(row)
			if !filter.passes(request) {
				continue
			}
			if !yield(request, nil) {
				return
			}
			if rows++; filter.Limit > 0 && rows >= filter.Limit {
				return
			}
		}
	}
}

func (h *billiumReader) request(row billiumapi.APILog) Request {
	return Request{
		Platform: Billium, Account: h.Name, ID: row.ID, KeyID: row.APIKeyID, Scope: row.MerchantID, Method: row.Method, Path: row.Path,
		Status: row.Status, DurationMS: row.DurationMs, IP: row.IP, UserAgent: row.UserAgent, CreatedAt: row.CreatedAt,
	}
}
