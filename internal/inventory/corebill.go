package inventory

import (
	"context"
	"iter"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// corebillCalls are the requests of a Corebill account.
type corebillCalls struct{ *corebill.Client }

func (c corebillCalls) keys(ctx context.Context, at string, revoked bool, _ func(int)) iter.Seq2[Key, error] {
	return mapped(c.APIKeys(ctx, at, corebill.KeyFilter{IncludeRevoked: revoked}), corebillKey)
}

func (c corebillCalls) log(ctx context.Context, at string, f LogFilter, _ func(int)) iter.Seq2[Request, error] {
	return mapped(c.APILogs(ctx, at, corebill.LogFilter{
		APIKeyID: f.KeyID, Status: f.exactStatus(), CreatedAfter: f.Since, CreatedBefore: f.Until, PageSize: f.pageSize(),
	}), func(row corebillapi.APILog) Request {
		return Request{
			ID: row.ID, KeyID: row.APIKeyID, Scope: row.CompanyID, Method: row.Method, Path: row.Path, Status: row.Status,
			DurationMS: row.DurationMs, IP: row.IP, UserAgent: row.UserAgent, CreatedAt: row.CreatedAt,
		}
	})
}

func (c corebillCalls) lists(ctx context.Context, at string, keys, log part) []part {
	return []part{keys, {KindWebhook, func(send func(Page) bool) error {
		return inPages(c.Webhooks(ctx, at), new(int), send, live(corebillWebhook))
	}}, log}
}

func (corebillCalls) isKeyID(id string) bool { return platform.ValidID(platform.APIKeyID, id) }

func (c corebillCalls) key(ctx context.Context, at, id string) (Key, error) {
	found, err := c.GetAPIKey(ctx, at, id)
	if err != nil {
		return Key{}, err
	}
	return corebillKey(*found), nil
}

func (c corebillCalls) ownKey(ctx context.Context, at string) (Key, string, error) {
	found, err := c.OwnKey(ctx, at)
	if err != nil {
		return Key{}, "", err
	}
	return corebillKey(*found), "", nil
}

func (c corebillCalls) verify(ctx context.Context, _ string, token client.Secret) error {
	other, err := c.WithCredential(token)
	if err != nil {
		return err
	}
	return other.Verify(ctx)
}

func (c corebillCalls) ping(ctx context.Context, at, id string) (*Ping, error) {
	ping, err := c.PingWebhook(ctx, at, id)
	if err != nil {
		return nil, err
	}
	return newPing(ping.Delivered, ping.Status, ping.Error), nil
}

func corebillKey(found corebillapi.APIKey) Key {
	return Key{
		ID: found.ID, Name: found.Name, Scope: found.CompanyID, KeyPrefix: found.KeyPrefix, Status: status(!found.Disabled, found.RevokedAt),
		Level: platform.Level(found.PermissionLevel), CreatedBy: found.CreatedBy, CreatedAt: found.CreatedAt,
		LastUsedAt: found.LastUsedAt, RevokedAt: found.RevokedAt,
	}
}

func companyOf(c corebillapi.Company) *Company {
	return &Company{
		Object: Object{Corebill, KindCompany, c.ID, c.Name, c.ID}, Slug: c.Slug, Currency: c.Currency,
		InvoicePrefix: c.InvoicePrefix, QuotePrefix: c.QuotePrefix, LogoURL: c.LogoURL,
	}
}

func corebillWebhook(w corebillapi.Webhook) *Webhook {
	return &Webhook{
		Object: Object{Corebill, KindWebhook, w.ID, mask.URL(w.URL), w.CompanyID}, URL: w.URL, Events: words[string](w.Events), Enabled: w.Enabled,
		Secrets: []SecretPreview{{w.SecretPreview, true}},
	}
}
