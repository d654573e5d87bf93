package inventory

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// billiumCalls are the requests of a Billium account.
type billiumCalls struct{ *billium.Client }

func (c billiumCalls) keys(ctx context.Context, at string, revoked bool, announce func(int)) iter.Seq2[Key, error] {
	return mapped(c.APIKeys(ctx, at, billium.KeyFilter{IncludeRevoked: revoked, Announce: announce}), billiumKey)
}

func (c billiumCalls) log(ctx context.Context, at string, f LogFilter, announce func(int)) iter.Seq2[Request, error] {
	return mapped(c.APILogs(ctx, at, billium.LogFilter{
		APIKeyID: f.KeyID, Status: f.exactStatus(), CreatedAfter: f.Since, CreatedBefore: f.Until, PageSize: f.pageSize(), Announce: announce,
	}), func(row billiumapi.APILog) Request {
		return Request{
			ID: row.ID, KeyID: row.APIKeyID, Scope: row.MerchantID, Method: row.Method, Path: row.Path, Status: row.Status,
			DurationMS: row.DurationMs, IP: row.IP, UserAgent: row.UserAgent, CreatedAt: row.CreatedAt,
		}
	})
}

func (c billiumCalls) lists(ctx context.Context, at string, keys, log part) []part {
	return []part{
		{KindMerchant, func(send func(Page) bool) error { return c.merchant(ctx, at, send) }},
		{KindPermissionSet, func(send func(Page) bool) error {
			return inPages(c.PermissionSets(ctx, at), new(int), send, live(func(s billiumapi.PermissionSet) *PermissionSet { return setOf(s, c.PlatformNow()) }))
		}},
		keys,
		{KindMember, func(send func(Page) bool) error {
			return inPages(c.TeamMembers(ctx, at), new(int), send, live(memberOf))
		}},
		{KindInvitation, func(send func(Page) bool) error {
			return inPages(c.Invitations(ctx, at), new(int), send, live(invitationOf))
		}},
		{KindWebhook, func(send func(Page) bool) error {
			hooks, err := c.Webhooks(ctx, at)
			page := Page{Asked: 1}
			for _, hook := range hooks {
				page.Objects = append(page.Objects, billiumWebhook(hook))
			}
			if err == nil {
				send(page)
			}
			return err
		}},
		log,
	}
}

// merchant reads the merchant itself, and what the security of its team enforces.
func (c billiumCalls) merchant(ctx context.Context, at string, send func(Page) bool) error {
	found, err := c.GetMerchant(ctx, at)
	if err != nil {
		return err
	}
	merchant := &Merchant{Object: Object{Billium, KindMerchant, found.ID, found.Name, found.ID}}
	security, err := c.GetTeamSecurity(ctx, at)
	if err != nil {
		send(Page{Objects: []Item{merchant}, Asked: 1, Expected: 1})
		return err
	}
	merchant.Factors = map[string]bool{
		"tfa": security.EnforceTfa, "passkey": security.EnforcePasskey, "google_login": security.EnforceGoogleLogin,
		"github_login": security.EnforceGithubLogin, "email_verified": security.EnforceEmailVerified,
	}
	send(Page{Objects: []Item{merchant}, Asked: 2, Expected: 1})
	return nil
}

func (billiumCalls) isKeyID(id string) bool { return platform.ValidID(platform.APIKeyID, id) }

func (c billiumCalls) key(ctx context.Context, at, id string) (Key, error) {
	found, err := c.GetAPIKey(ctx, at, id)
	if err != nil {
		return Key{}, err
	}
	return billiumKey(*found), nil
}

func (c billiumCalls) ownKey(ctx context.Context, at string) (Key, string, error) {
	found, err := c.OwnKey(ctx, at)
	if err != nil {
		return Key{}, "", err
	}
	return billiumKey(billiumapi.APIKey{
		ID: found.ID, MerchantID: found.MerchantID, Name: found.Name, Type: found.Type, Permissions: found.EffectivePermissions,
		PermissionSetID: found.PermissionSetID, KeyPrefix: found.KeyPrefix, IsActive: found.IsActive, CreatedBy: found.CreatedBy,
		CreatedAt: found.CreatedAt, LastUsedAt: found.LastUsedAt, RevokedAt: found.RevokedAt,
	}), string(found.Role), nil
}

func (c billiumCalls) verify(ctx context.Context, at string, token client.Secret) error {
	other, err := c.WithCredential(token)
	if err != nil {
		return err
	}
	return other.Verify(ctx, at)
}

func (c billiumCalls) ping(ctx context.Context, at, id string) (*Ping, error) {
	ping, err := c.PingWebhook(ctx, at, id)
	if err != nil {
		return nil, err
	}
	return newPing(ping.Delivered, ping.Status, ping.Error), nil
}

func billiumKey(found billiumapi.APIKey) Key {
	return Key{
		ID: found.ID, Name: found.Name, Scope: &found.MerchantID, KeyPrefix: found.KeyPrefix, Status: status(found.IsActive, found.RevokedAt),
		Type: platform.KeyType(found.Type), Permissions: words[platform.Permission](found.Permissions), PermissionSetID: found.PermissionSetID,
		CreatedBy: found.CreatedBy, CreatedAt: found.CreatedAt, LastUsedAt: found.LastUsedAt, RevokedAt: found.RevokedAt,
	}
}

func memberOf(m billiumapi.TeamMember) *Member {
	return &Member{
		Object: Object{Billium, KindMember, m.ID, strings.ToLower(m.Email), m.MerchantID}, Email: m.Email, Role: platform.Role(m.Role),
		Permissions: words[platform.Permission](m.Permissions), PermissionSetID: deref(m.PermissionSetID), JoinedAt: m.JoinedAt,
	}
}

func invitationOf(i billiumapi.Invitation) *Invitation {
	invitation := &Invitation{
		Object: Object{Billium, KindInvitation, i.ID, strings.ToLower(i.Email), i.MerchantID}, Email: i.Email, Role: platform.Role(i.Role),
		PermissionSetID: deref(i.PermissionSetID), CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, Expired: i.Status == billiumapi.InvitationStatusExpired,
	}
	if i.Permissions != nil {
		invitation.Permissions = words[platform.Permission](*i.Permissions)
	}
	return invitation
}

func billiumWebhook(w billiumapi.Webhook) *Webhook {
	webhook := &Webhook{
		Object: Object{Billium, KindWebhook, w.ID, mask.URL(w.URL), w.MerchantID}, URL: w.URL, Events: words[string](w.Events), Enabled: w.IsActive,
		Description: w.Description, RetryCount: w.RetryCount, Timeout: w.Timeout,
	}
	for _, s := range w.WebhookSecrets {
		webhook.Secrets = append(webhook.Secrets, SecretPreview{s.SecretKeyPreview, s.IsActive})
	}
	return webhook
}

func setOf(s billiumapi.PermissionSet, now time.Time) *PermissionSet {
	set := &PermissionSet{
		Object: Object{Billium, KindPermissionSet, s.ID, s.Name, s.MerchantID}, Description: s.Description, Permissions: words[platform.Permission](s.Permissions),
	}
	if provisional.Is(s.Name) {
		set.Mark = provisional.MarkOf(s.Name, s.CreatedAt, now)
	}
	return set
}
