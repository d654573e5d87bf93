package audit

import (
	"context"
	"iter"
	"strings"
	"time"

	httpclient "github.com/keyward/terraform-provider-keyward/internal/client"
	client "github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// billiumMerchant reads the merchant of an account.
type billiumMerchant struct {
	*reader

	source  *Source
	account inventory.BilliumAccount
	// own is the id of the key that the audit is made with.
	own  string
	read []*Webhook
}

// firstRequests are those that are sure to be made: one for each part.
const firstRequests = 8

// merchants returns what to read of Billium, by where it is: there, one merchant
// is read after the other. They share the limit of this address, and each would
// only take the others' turns.
func (r *reader) merchants() map[string][]*billiumMerchant {
	at := map[string][]*billiumMerchant{}
	for _, a := range r.Access.Billium {
		if r.claimed[a.MerchantID] {
			continue
		}
		r.claimed[a.MerchantID] = true
		base := a.Client.BaseURL()
		at[base] = append(at[base], &billiumMerchant{reader: r, source: r.source(Billium, a.Name, base), account: a})
		r.progress.expect(firstRequests)
	}
	return at
}

func (m *billiumMerchant) all(ctx context.Context) error {
	return m.parts(ctx, m.source, m.account.MerchantID, []part{
		{"current key", m.current}, {"merchant", m.merchant}, {"keys", m.keys}, {"permission sets", m.sets}, {"members", m.members},
		{"invitations", m.invitations}, {"webhooks", m.webhooks}, {"pings of webhooks", m.pings}, {"api_logs", m.logs},
	})
}

func (m *billiumMerchant) current(ctx context.Context) error {
	key, err := m.account.Client.Presented(ctx, m.account.MerchantID)
	m.progress.billium()
	if err == nil {
		m.own = key.ID
	}
	return err
}

func (m *billiumMerchant) merchant(ctx context.Context) error {
	merchant, err := m.account.Client.GetMerchant(ctx, m.account.MerchantID)
	m.progress.billium()
	if err != nil {
		return err
	}
	object := Object{Billium, KindMerchant, merchant.ID, merchant.Name, merchant.ID}
	read := &Merchant{Object: object}
	m.mu.Lock()
	m.source.Scopes = append(m.source.Scopes, object)
	m.in.Cover(Billium, merchant.ID, KindMerchant)
	m.in.Merchants = append(m.in.Merchants, read)
	m.mu.Unlock()
	security, err := m.account.Client.GetTeamSecurity(ctx, m.account.MerchantID)
	m.progress.expect(1)
	m.progress.billium()
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	read.Factors = map[string]bool{
		"tfa": security.EnforceTfa, "passkey": security.EnforcePasskey, "google_login": security.EnforceGoogleLogin,
		"github_login": security.EnforceGithubLogin, "email_verified": security.EnforceEmailVerified,
	}
	return nil
}

// counted yields what a paged list does. Its requests are counted from the
// objects; how many there will be, the list's length tells.
func counted[T any](m *billiumMerchant, list iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := 0
		for object, err := range list {
			if seen > 0 && seen%client.PageSize == 0 {
				m.progress.expect(1)
			}
			if seen%client.PageSize == 0 {
				m.progress.billium()
			}
			seen++
			if !yield(object, err) {
				return
			}
		}
		if seen == 0 {
			m.progress.billium()
		}
	}
}

// pages gets every page of a list that tells its length, and announces its
// requests as far as what comes bears that length out.
func pages[T any](m *billiumMerchant, id func(T) string, get func(number int) ([]T, billiumapi.Pagination, error), each func(T)) error {
	var paging httpclient.Paging
	for number := 1; ; number++ {
		objects, pagination, err := get(number)
		m.progress.billium()
		if err != nil {
			return err
		}
		last, sound := client.LastPage(pagination, len(objects))
		if number == 1 && sound {
			m.progress.expect(last - 1)
		}
		for _, object := range objects {
			each(object)
		}
		if len(objects) == 0 || number >= last {
			return nil
		}
		if err := paging.Take("", httpclient.IDs(id, objects)); err != nil {
			return err
		}
	}
}

func (m *billiumMerchant) keys(ctx context.Context) error {
	err := pages(m, func(key billiumapi.APIKey) string { return key.ID }, func(number int) ([]billiumapi.APIKey, billiumapi.Pagination, error) {
		page, err := m.account.Client.APIKeyPage(ctx, m.account.MerchantID, client.KeyFilter{}, number)
		return page.Data, page.Pagination, err
	}, m.key)
	if err == nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.in.Cover(Billium, m.account.MerchantID, KindKey)
		m.getters[coverage{Billium, m.account.MerchantID, KindKey}] = m.revokedAt
	}
	return err
}

func (m *billiumMerchant) revokedAt(ctx context.Context, keyID string) (*time.Time, error) {
	key, err := m.account.Client.GetAPIKey(ctx, m.account.MerchantID, keyID)
	if err != nil {
		return nil, err
	}
	return key.RevokedAt, nil
}

func (m *billiumMerchant) key(key billiumapi.APIKey) {
	m.mu.Lock()
	defer m.mu.Unlock()
	// A key that is created meanwhile moves another onto the next page.
	if m.known[key.ID] {
		return
	}
	m.known[key.ID] = true
	m.progress.key()
	m.in.Keys = append(m.in.Keys, &Key{
		Object:  Object{Billium, KindKey, key.ID, key.Name, key.MerchantID},
		Account: m.source.Name, Prefix: key.KeyPrefix, Type: billium.KeyType(key.Type), Permissions: permissions(key.Permissions),
		PermissionSetID: deref(key.PermissionSetID), Enabled: key.IsActive, CreatedBy: key.CreatedBy,
		CreatedAt: key.CreatedAt, LastUsedAt: key.LastUsedAt, Own: key.ID == m.own, WholeUse: true,
		Mark: provisional.MarkOf(key.Name, key.CreatedAt, m.account.Client.PlatformNow()),
	})
}

func (m *billiumMerchant) sets(ctx context.Context) error {
	var read []*PermissionSet
	for s, err := range counted(m, m.account.Client.PermissionSets(ctx, m.account.MerchantID)) {
		if err != nil {
			return err
		}
		if provisional.Is(s.Name) && !provisional.Orphaned(s.Name, s.CreatedAt, m.account.Client.PlatformNow()) {
			continue // an apply is still creating it
		}
		read = append(read, &PermissionSet{
			Object:      Object{Billium, KindPermissionSet, s.ID, s.Name, s.MerchantID},
			Description: deref(s.Description), Permissions: permissions(s.Permissions),
		})
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.in.Cover(Billium, m.account.MerchantID, KindPermissionSet)
	m.in.Sets = append(m.in.Sets, read...)
	return nil
}

func (m *billiumMerchant) webhooks(ctx context.Context) error {
	webhooks, err := m.account.Client.Webhooks(ctx, m.account.MerchantID)
	m.progress.billium()
	if err != nil {
		return err
	}
	for _, w := range webhooks {
		m.read = append(m.read, &Webhook{
			Object: Object{Billium, KindWebhook, w.ID, mask.URL(w.URL), w.MerchantID},
			URL:    w.URL, Events: texts(w.Events), Enabled: w.IsActive,
			Description: deref(w.Description), RetryCount: w.RetryCount, Timeout: w.Timeout,
		})
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.in.Cover(Billium, m.account.MerchantID, KindWebhook)
	m.in.Webhooks = append(m.in.Webhooks, m.read...)
	return nil
}

func (m *billiumMerchant) pings(ctx context.Context) error {
	for _, webhook := range m.read {
		if !m.Ping || !webhook.Enabled {
			continue
		}
		m.progress.expect(1)
		ping, err := m.account.Client.PingWebhook(ctx, m.account.MerchantID, webhook.ID)
		m.progress.billium()
		if err != nil {
			return err
		}
		webhook.Ping = newPing(ping.Delivered, ping.Status, ping.Error)
	}
	return nil
}

func (m *billiumMerchant) logs(ctx context.Context) error {
	if m.Within == 0 {
		m.progress.expect(-1)
		return nil
	}
	filter := client.LogFilter{CreatedAfter: m.Now.Add(-m.Within), CreatedBefore: m.Now}
	err := pages(m, func(row billiumapi.APILog) string { return row.ID }, func(number int) ([]billiumapi.APILog, billiumapi.Pagination, error) {
		page, err := m.account.Client.APILogPage(ctx, m.account.MerchantID, filter, number)
		return page.Data, page.Pagination, err
	}, func(row billiumapi.APILog) {
		m.progress.row()
		m.used(row.APIKeyID, Row{
			Platform: Billium, Scope: deref(row.MerchantID), Method: row.Method, Path: row.Path, Status: row.Status,
			IP: row.IP, UserAgent: row.UserAgent, At: row.CreatedAt,
		})
	})
	if err == nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.in.Cover(Billium, m.account.MerchantID, kindLogs)
	}
	return err
}

func permissions(ps []billiumapi.Permission) []billium.Permission {
	out := make([]billium.Permission, len(ps))
	for i, p := range ps {
		out[i] = billium.Permission(p)
	}
	return out
}

func lower(address string) string { return strings.ToLower(address) }
