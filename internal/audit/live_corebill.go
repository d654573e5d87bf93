package audit

import (
	"context"
	"iter"
	"time"

	client "github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// corebillCompany reads one company of an account.
type corebillCompany struct {
	*reader

	source    *Source
	account   inventory.CorebillAccount
	companyID string
	// first of its account: log rows that name no company are listed with every
	// company, and are taken from this one.
	first bool
	// whole tells that every company of the account is read.
	whole bool

	read []*Webhook
}

// corebill reads the companies of an account and begins to read what is in them.
func (r *reader) corebill(ctx context.Context, source *Source, a inventory.CorebillAccount) {
	var companies []corebillapi.Company
	read, err := r.part(ctx, source, "companies", func() (err error) {
		companies, err = a.Companies(ctx)
		r.progress.request()
		return err
	})
	if !read {
		r.group.Go(func() error { return err })
		return
	}
	first := true
	for _, company := range companies {
		if r.claimed[company.ID] {
			continue
		}
		r.claimed[company.ID] = true
		r.company(source, company)
		c := &corebillCompany{reader: r, source: source, account: a, companyID: company.ID, first: first, whole: a.CompanyIDs == nil}
		first = false
		r.group.Go(func() error { return c.all(ctx) })
	}
	if first {
		// Other accounts read all of its companies, but maybe not its organization.
		c := &corebillCompany{reader: r, source: source, account: a, companyID: companies[0].ID, whole: a.CompanyIDs == nil}
		r.group.Go(func() error { return c.parts(ctx, part{"keys", c.keys}) })
	}
}

func (r *reader) company(source *Source, c corebillapi.Company) {
	object := Object{Corebill, KindCompany, c.ID, c.Name, c.ID}
	r.mu.Lock()
	defer r.mu.Unlock()
	source.Scopes = append(source.Scopes, object)
	r.in.Cover(Corebill, c.ID, KindCompany)
	r.in.Companies = append(r.in.Companies, &Company{
		Object: object, Slug: c.Slug, Currency: c.Currency,
		InvoicePrefix: c.InvoicePrefix, QuotePrefix: c.QuotePrefix, LogoURL: deref(c.LogoURL),
	})
}

func (c *corebillCompany) all(ctx context.Context) error {
	return c.parts(ctx, part{"keys", c.keys}, part{"webhooks", c.webhooks}, part{"pings of webhooks", c.pings}, part{"api_logs", c.logs})
}

func (c *corebillCompany) parts(ctx context.Context, parts ...part) error {
	return c.reader.parts(ctx, c.source, c.companyID, parts)
}

// paged yields what a list does and counts its requests, each of a full page
// but the last.
func paged[T any](r *reader, list iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := 0
		for object, err := range list {
			if seen%client.PageSize == 0 {
				r.progress.request()
			}
			seen++
			if !yield(object, err) {
				return
			}
		}
		if seen == 0 {
			r.progress.request()
		}
	}
}

func (c *corebillCompany) keys(ctx context.Context) error {
	organization := false
	for key, err := range paged(c.reader, c.account.Client.APIKeys(ctx, c.companyID, client.KeyFilter{})) {
		if err != nil {
			return err
		}
		organization = organization || key.CompanyID == nil
		c.key(key)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.in.Cover(Corebill, c.companyID, KindKey)
	c.getters[coverage{Corebill, c.companyID, KindKey}] = c.revokedAt
	// Whoever may list the organization's keys has one, so there is one to see.
	if organization {
		c.in.Cover(Corebill, "", KindKey)
		c.getters[coverage{Corebill, "", KindKey}] = c.revokedAt
		if c.whole {
			c.in.Cover(Corebill, "", KindCompany)
		}
	}
	return nil
}

func (c *corebillCompany) revokedAt(ctx context.Context, keyID string) (*time.Time, error) {
	key, err := c.account.Client.GetAPIKey(ctx, c.companyID, keyID)
	if err != nil {
		return nil, err
	}
	return key.RevokedAt, nil
}

func (c *corebillCompany) key(key corebillapi.APIKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// The organization's keys are listed with every company.
	if c.known[key.ID] {
		return
	}
	c.known[key.ID] = true
	c.progress.key()
	c.in.Keys = append(c.in.Keys, &Key{
		Object:  Object{Corebill, KindKey, key.ID, key.Name, deref(key.CompanyID)},
		Account: c.source.Name, Prefix: key.KeyPrefix, Level: corebill.Level(key.PermissionLevel), Enabled: !key.Disabled,
		CreatedBy: key.CreatedBy, CreatedAt: key.CreatedAt, LastUsedAt: key.LastUsedAt,
		Mark:     provisional.MarkOf(key.Name, key.CreatedAt, c.account.Client.PlatformNow()),
		WholeUse: key.CompanyID != nil || c.whole,
	})
}

func (c *corebillCompany) webhooks(ctx context.Context) error {
	for w, err := range paged(c.reader, c.account.Client.Webhooks(ctx, c.companyID)) {
		if err != nil {
			return err
		}
		c.read = append(c.read, &Webhook{
			Object: Object{Corebill, KindWebhook, w.ID, mask.URL(w.URL), w.CompanyID},
			URL:    w.URL, Events: texts(w.Events), Enabled: w.Enabled,
		})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.in.Cover(Corebill, c.companyID, KindWebhook)
	c.in.Webhooks = append(c.in.Webhooks, c.read...)
	return nil
}

func (c *corebillCompany) pings(ctx context.Context) error {
	for _, webhook := range c.read {
		if !c.Ping || !webhook.Enabled {
			continue
		}
		ping, err := c.account.Client.PingWebhook(ctx, c.companyID, webhook.ID)
		c.progress.request()
		if err != nil {
			return err
		}
		webhook.Ping = newPing(ping.Delivered, ping.Status, ping.Error)
	}
	return nil
}

// logs reads the log, unless it is left out. Rows that name no company are
// listed with every company.
func (c *corebillCompany) logs(ctx context.Context) error {
	if c.Within == 0 {
		return nil
	}
	filter := client.LogFilter{CreatedAfter: c.Now.Add(-c.Within), CreatedBefore: c.Now}
	for row, err := range paged(c.reader, c.account.Client.APILogs(ctx, c.companyID, filter)) {
		if err != nil {
			return err
		}
		c.progress.row()
		if row.CompanyID == nil && !c.first {
			continue
		}
		c.used(row.APIKeyID, Row{
			Platform: Corebill, Scope: deref(row.CompanyID), Method: row.Method, Path: row.Path, Status: row.Status,
			IP: row.IP, UserAgent: row.UserAgent, At: row.CreatedAt,
		})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.in.Cover(Corebill, c.companyID, kindLogs)
	return nil
}

func newPing(delivered bool, status *int, reason *string) *Ping {
	ping := &Ping{Delivered: delivered, Error: deref(reason)}
	if status != nil {
		ping.Status = *status
	}
	return ping
}

func texts[T ~string](words []T) []string {
	out := make([]string, len(words))
	for i, word := range words {
		out[i] = string(word)
	}
	return out
}
